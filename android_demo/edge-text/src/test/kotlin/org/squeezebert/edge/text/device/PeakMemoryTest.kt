package org.squeezebert.edge.text.device

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class PeakMemoryTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `Linux says it in kilobytes`() {
        val status = folder.newFile().apply { writeText("Name:\tapp\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n") }

        assertEquals(2048L * 1024, peakResidentBytes(status))
    }

    @Test
    fun `another system says nothing`() {
        assertNull(peakResidentBytes(File(folder.root, "status")))
        assertNull(peakResidentBytes(folder.newFile().apply { writeText("Name:\tapp\n") }))
    }

    @Test
    fun `a virtual machine for Java needs more than ten megabytes`() {
        if (File("/proc/self/status").exists()) assertTrue(assertNotNull(peakResidentBytes()) > 10_000_000)
    }
}
