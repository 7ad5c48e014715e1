package org.squeezebert.edge.bench

import org.squeezebert.edge.inTemporaryFolder
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull

class ProcessorClockTest {
    @Test
    fun `the fastest processor's clock counts, those that are off do not`() = inTemporaryFolder { folder ->
        for ((name, clock) in mapOf(
            "cpu0" to "1803000\n",
            "cpu1" to "2910000\n",
            "cpufreq" to "9999999\n",
            "cpu2" to "",
        )) {
            File(folder, "$name/cpufreq").mkdirs()
            File(folder, "$name/cpufreq/scaling_cur_freq").writeText(clock)
        }
        File(folder, "cpu3").mkdir()
        assertEquals(2910.0, fastestClockMhz(folder))
    }

    @Test
    fun `a phone that does not say has no clock`() = inTemporaryFolder { folder ->
        File(folder, "cpu0").mkdir()
        assertNull(fastestClockMhz(folder))
        assertNull(fastestClockMhz(File(folder, "missing")))
    }
}
