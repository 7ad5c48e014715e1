package org.squeezebert.edge.text.statistics

/**
 * The last latencies of an app's inferences, and what they say together. One thread at a time.
 *
 * @param capacity how many are kept
 */
public class RecentLatencies(private val capacity: Int = 100) {
    private val milliseconds = ArrayDeque<Double>(capacity)

    init {
        require(capacity > 0) { "at least one latency has to be kept" }
    }

    /** Adds the latency of one inference and forgets the oldest beyond the capacity. */
    public fun add(latencyMs: Double) {
        if (milliseconds.size == capacity) milliseconds.removeFirst()
        milliseconds.addLast(latencyMs)
    }

    /** Forgets all of them: another artifact's say nothing about this one. */
    public fun clear() {
        milliseconds.clear()
    }

    /** What those kept say; null as long as there are none. */
    public fun summary(): LatencySummary? {
        if (milliseconds.isEmpty()) return null
        return LatencySummary(
            runs = milliseconds.size,
            lastMs = milliseconds.last(),
            p50Ms = percentile(milliseconds, 50.0),
            p90Ms = percentile(milliseconds, 90.0),
        )
    }
}

/** Latency over some runs, in milliseconds. */
public data class LatencySummary(val runs: Int, val lastMs: Double, val p50Ms: Double, val p90Ms: Double)
