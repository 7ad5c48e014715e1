package org.squeezebert.edge.text.prediction

import kotlin.math.exp

/** The probabilities that [logits] stand for, computed in double precision; [logits] must not be empty. */
public fun softmax(logits: FloatArray): DoubleArray = softmax(DoubleArray(logits.size) { logits[it].toDouble() })

internal fun softmax(logits: DoubleArray): DoubleArray {
    var largest = Double.NEGATIVE_INFINITY
    for (logit in logits) largest = maxOf(largest, logit)
    val probabilities = DoubleArray(logits.size) { exp(logits[it] - largest) }
    val sum = probabilities.sum()
    for (index in probabilities.indices) probabilities[index] /= sum
    return probabilities
}

/** Indices of the [count] largest values, largest first; of equal values the first comes first. */
internal fun largest(values: DoubleArray, count: Int): List<Int> {
    if (values.isEmpty() || count < 1) return emptyList()
    // A vocabulary has tens of thousands of values: only the few that count are put in order as objects.
    val least = values.sortedArray()[maxOf(0, values.size - count)]
    return values.indices
        .filter { values[it].compareTo(least) >= 0 }
        .sortedByDescending { values[it] }
        .take(count)
}

/** Index of the largest value; of equal values the first. */
internal fun indexOfLargest(values: DoubleArray): Int {
    var best = 0
    for (index in values.indices) if (values[index] > values[best]) best = index
    return best
}
