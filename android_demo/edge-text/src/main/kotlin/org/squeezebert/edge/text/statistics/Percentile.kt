package org.squeezebert.edge.text.statistics

import kotlin.math.floor

/**
 * The value that [percent] of [values] lie at or below.
 *
 * Between two neighbours in order it is interpolated linearly, as in the results that squeezebert-edge prints (NumPy's
 * `percentile`): of n values, percentile p is at place p/100 * (n - 1), counted from 0.
 *
 * @param percent 0 to 100
 * @throws IllegalArgumentException if there are no values, or [percent] is out of range
 */
public fun percentile(values: List<Double>, percent: Double): Double {
    require(values.isNotEmpty()) { "a percentile needs at least one value" }
    require(percent in 0.0..100.0) { "a percentile is from 0 to 100, not $percent" }
    val sorted = values.sorted()
    val place = percent / 100 * (sorted.size - 1)
    val below = floor(place).toInt()
    val fraction = place - below
    val low = sorted[below]
    val high = sorted[minOf(below + 1, sorted.size - 1)]
    // From the nearer neighbour, as NumPy does, so that both agree to the last bit.
    return if (fraction < 0.5) low + (high - low) * fraction else high - (high - low) * (1 - fraction)
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @throws IllegalArgumentException if there are no values
 */
public fun median(values: List<Double>): Double {
    require(values.isNotEmpty()) { "a median needs at least one value" }
    val sorted = values.sorted()
    val middle = sorted.size / 2
    return if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
}
