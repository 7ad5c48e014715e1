package org.squeezebert.edge.text.bundle

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import kotlin.test.Test
import kotlin.test.assertEquals

class ChecksumsTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `of an empty file`() {
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", sha256(folder.newFile()))
    }

    @Test
    fun `of three letters`() {
        val file = folder.newFile().apply { writeText("abc") }

        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sha256(file))
    }

    @Test
    fun `of a million letters`() {
        val file = folder.newFile().apply { writeText("a".repeat(1_000_000)) }

        assertEquals("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", sha256(file))
    }
}
