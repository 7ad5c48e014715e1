package org.squeezebert.edge.text.device

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue

class MeasurementTest {
    private var nanoseconds = 0L
    private var runs = 0
    private var temperature = 30.0

    /** The device gets warmer by a degree each time it is asked. */
    private val instruments =
        Instruments(
            state = { DeviceState(temperatureC = temperature++, throttled = false) },
            peakResidentBytes = { 123_456_789L },
            clock = { nanoseconds },
        )

    private fun measureRunsOf(rule: MeasurementRule, milliseconds: (Int) -> Double): Timing =
        measure(rule, instruments) { nanoseconds += (milliseconds(runs++) * 1e6).toLong() }

    @Test
    fun `warm-up ends with the first window like the one before`() {
        val rule = MeasurementRule(warmUpWindow = 2, minimumRuns = 3, minimumSeconds = 0.0)

        // Windows of 100, 50, 40, 39 ms: the last differs by less than 5%.
        val timing = measureRunsOf(rule) { listOf(100.0, 100.0, 50.0, 50.0, 40.0, 40.0).getOrElse(it) { 39.0 } }

        assertEquals(listOf(100.0, 100.0, 50.0, 50.0, 40.0, 40.0, 39.0, 39.0), timing.warmUpMs)
        assertEquals(listOf(39.0, 39.0, 39.0), timing.latenciesMs)
        assertTrue(timing.warmedUp)
    }

    @Test
    fun `a difference of just the tolerance is not stable`() {
        val rule = MeasurementRule(1, warmUpTolerance = 0.5, warmUpSeconds = 0.0, minimumRuns = 1, minimumSeconds = 0.0)

        assertFalse(measureRunsOf(rule) { if (it == 0) 100.0 else 50.0 }.warmedUp)
    }

    @Test
    fun `warm-up that does not end has its time`() {
        val rule = MeasurementRule(warmUpWindow = 1, warmUpSeconds = 1.0, minimumRuns = 1, minimumSeconds = 0.0)

        // Each run takes twice as long as the one before, 100 ms first: 1.5 s after four.
        val timing = measureRunsOf(rule) { 100.0 * (1 shl it) }

        assertEquals(listOf(100.0, 200.0, 400.0, 800.0), timing.warmUpMs)
        assertFalse(timing.warmedUp)
    }

    @Test
    fun `both minima are reached`() {
        val rule = MeasurementRule(warmUpWindow = 1, minimumRuns = 2, minimumSeconds = 1.0)

        assertEquals(10, measureRunsOf(rule) { 100.0 }.latenciesMs.size)
        assertEquals(2, measureRunsOf(rule) { 3000.0 }.latenciesMs.size)
    }

    @Test
    fun `the device is looked at before and after`() {
        val timing = measureRunsOf(MeasurementRule(warmUpWindow = 1, minimumRuns = 1, minimumSeconds = 0.0)) { 1.0 }

        assertEquals(30.0, timing.before.temperatureC)
        assertEquals(31.0, timing.after.temperatureC)
        assertEquals(123.456789, timing.peakRssMb)
    }

    @Test
    fun `an interrupted thread ends it`() {
        assertFailsWith<InterruptedException> {
            measureRunsOf(MeasurementRule(minimumSeconds = 0.0)) { run ->
                if (run == 20) Thread.currentThread().interrupt()
                1.0
            }
        }
        assertEquals(21, runs)
    }
}
