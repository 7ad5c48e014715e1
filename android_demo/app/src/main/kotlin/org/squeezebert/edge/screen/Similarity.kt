package org.squeezebert.edge.screen

import org.squeezebert.edge.text.statistics.cosine

/** One vector for a text: [values] themselves, or the mean of the vectors of its tokens. */
internal fun textEmbedding(values: FloatArray, shape: List<Int>): FloatArray {
    if (shape.size == 1) return values
    val (tokens, size) = shape
    return FloatArray(size) { column ->
        var sum = 0.0
        for (token in 0 until tokens) sum += values[token * size + column]
        (sum / tokens).toFloat()
    }
}

/** Cosine of the angle between two vectors of one size, -1 to 1; 0 where one has no direction. */
internal fun similarity(first: FloatArray, second: FloatArray): Double = cosine(doubles(first), doubles(second)) ?: 0.0

private fun doubles(values: FloatArray): DoubleArray = DoubleArray(values.size) { values[it].toDouble() }
