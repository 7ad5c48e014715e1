package org.squeezebert.edge.text.device

import org.squeezebert.edge.text.statistics.NANOSECONDS_PER_MILLISECOND
import org.squeezebert.edge.text.statistics.median
import kotlin.math.abs

private const val NANOSECONDS_PER_SECOND = 1e9
private const val BYTES_PER_MEGABYTE = 1e6

/**
 * What a measurement reads of the device.
 *
 * @property clock nanoseconds from any beginning; never goes back
 * @property state the device's state now
 * @property peakResidentBytes peak resident memory of this process; null where the system does not say
 */
public class Instruments(
    public val state: () -> DeviceState,
    public val peakResidentBytes: () -> Long? = ::peakResidentBytes,
    public val clock: () -> Long = System::nanoTime,
)

/**
 * Warms [run] up and times it until [rule] is met.
 *
 * @throws InterruptedException if the thread was interrupted between two runs
 */
public fun measure(rule: MeasurementRule, instruments: Instruments, run: () -> Unit): Timing {
    val stopwatch = Stopwatch(instruments.clock)
    val before = instruments.state()
    val (warmUp, warmedUp) = warmUp(rule, stopwatch, run)
    val latencies = timeRuns(rule.minimumRuns, rule.minimumSeconds, stopwatch, run)
    // Before anything else: an idle core lowers its clock within milliseconds.
    val after = instruments.state()
    return Timing(
        warmUpMs = warmUp,
        latenciesMs = latencies,
        warmedUp = warmedUp,
        peakRssMb = instruments.peakResidentBytes()?.let { it / BYTES_PER_MEGABYTE },
        before = before,
        after = after,
    )
}

internal class Stopwatch(private val clock: () -> Long) {
    fun now(): Long = clock()

    fun secondsSince(begin: Long): Double = (clock() - begin) / NANOSECONDS_PER_SECOND

    /** What [work] returns, and the milliseconds that it took. */
    inline fun <T> time(work: () -> T): Pair<T, Double> {
        val begin = now()
        val result = work()
        return Pair(result, (now() - begin) / NANOSECONDS_PER_MILLISECOND)
    }
}

/** Milliseconds of each run; both minima are reached. */
private fun timeRuns(minimumRuns: Int, minimumSeconds: Double, stopwatch: Stopwatch, run: () -> Unit): List<Double> {
    val times = ArrayList<Double>()
    val begin = stopwatch.now()
    while (times.size < minimumRuns || stopwatch.secondsSince(begin) < minimumSeconds) {
        if (Thread.interrupted()) throw InterruptedException("the measurement was cancelled")
        times += stopwatch.time(run).second
    }
    return times
}

/** Milliseconds of the runs until they were stable, and whether they became so in time. */
private fun warmUp(rule: MeasurementRule, stopwatch: Stopwatch, run: () -> Unit): Pair<List<Double>, Boolean> {
    val begin = stopwatch.now()
    val times = ArrayList(timeRuns(rule.warmUpWindow, 0.0, stopwatch, run))
    while (true) {
        val earlier = median(times.takeLast(rule.warmUpWindow))
        val window = timeRuns(rule.warmUpWindow, 0.0, stopwatch, run)
        times += window
        if (abs(median(window) - earlier) < rule.warmUpTolerance * earlier) return Pair(times, true)
        if (stopwatch.secondsSince(begin) >= rule.warmUpSeconds) return Pair(times, false)
    }
}
