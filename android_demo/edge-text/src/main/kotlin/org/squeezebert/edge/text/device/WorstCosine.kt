package org.squeezebert.edge.text.device

import org.squeezebert.edge.text.statistics.cosine

/**
 * The lowest cosine of any example, all its outputs and positions as one vector; -1 if a value is not finite.
 *
 * Where each example has a single value, all examples are one vector: the direction of a single value says nothing.
 *
 * @param reference outputs by name for each example
 * @param found the same examples' outputs, of the same sizes
 */
internal fun worstCosine(reference: List<Map<String, FloatArray>>, found: List<Map<String, FloatArray>>): Double {
    if (found.any { outputs -> outputs.values.any { values -> values.any { !it.isFinite() } } }) return -1.0
    val expected = vectors(reference)
    return expected.zip(vectors(found), ::likeness).min()
}

private fun vectors(examples: List<Map<String, FloatArray>>): List<DoubleArray> {
    val joined = examples.map { joined(it) }
    return if (joined.all { it.size == 1 }) listOf(joined.map { it.single() }.toDoubleArray()) else joined
}

private fun joined(outputs: Map<String, FloatArray>): DoubleArray = outputs.entries
    .sortedBy { it.key }
    .flatMap { (_, values) -> values.map(Float::toDouble) }
    .toDoubleArray()

/** Zeros are like zeros only. */
private fun likeness(first: DoubleArray, second: DoubleArray): Double =
    cosine(first, second) ?: if (first.contentEquals(second)) 1.0 else 0.0
