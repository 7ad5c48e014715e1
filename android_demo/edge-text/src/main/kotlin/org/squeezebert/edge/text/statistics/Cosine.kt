package org.squeezebert.edge.text.statistics

import kotlin.math.sqrt

/**
 * Cosine of the angle between two vectors of one size, -1 to 1.
 *
 * @return null where one of them has no direction: all its values are zero
 */
public fun cosine(first: DoubleArray, second: DoubleArray): Double? {
    require(first.size == second.size) { "vectors of ${first.size} and ${second.size} numbers cannot be compared" }
    val norms = norm(first) * norm(second)
    if (norms == 0.0) return null
    // Rounding can lift the quotient of equal vectors above 1.
    return (dot(first, second) / norms).coerceIn(-1.0, 1.0)
}

private fun norm(vector: DoubleArray): Double = sqrt(dot(vector, vector))

private fun dot(first: DoubleArray, second: DoubleArray): Double {
    var sum = 0.0
    for (index in first.indices) sum += first[index] * second[index]
    return sum
}
