package org.squeezebert.edge.text.bundle

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class RuntimeVersionTest {
    @Test
    fun `each is older than the next`() {
        val ascending =
            listOf(
                "0.9.10",
                "1.0.dev1",
                "1.0a1.dev3",
                "1.0a1",
                "1.0a2",
                "1.0b1",
                "1.0rc1.dev5",
                "1.0rc1",
                "1.0",
                "1.0+cpu",
                "1.0+1",
                "1.0.post0.dev1",
                "1.0.post0",
                "1.0.post2",
                "1.0.1",
                "1.5.1",
                "1.10",
                "2.13.0",
                "1!0.1",
            )
        val versions = ascending.map { version(it) }

        for ((index, older) in versions.withIndex()) {
            for (newer in versions.drop(index + 1)) {
                assertTrue(older < newer, "${ascending[index]} is older than all that follow")
                assertTrue(newer > older)
            }
        }
    }

    @Test
    fun `several ways to write the same`() {
        for ((first, second) in listOf(
            "1.0" to "1",
            "v1.0RC1" to "1.0-c.1",
            "1.0-1" to "1.0.post1",
            " 1.5.1" to "1.5.1",
        )) {
            assertEquals(version(first), version(second))
        }
    }

    @Test
    fun `what is no version`() {
        for (text in listOf("", "new", "1.x", "1..2", "1.0 beta or so", "99999999999999999999")) {
            assertNull(RuntimeVersion.parse(text))
        }
    }

    @Test
    fun `what is no version counts as older`() {
        assertTrue(isOlder("nightly", version("0.1")))
        assertTrue(isOlder("1.5.0", version("1.5.1")))
        assertFalse(isOlder("1.5.1", version("1.5.1")))
    }

    private fun version(text: String): RuntimeVersion = assertNotNull(RuntimeVersion.parse(text), text)
}
