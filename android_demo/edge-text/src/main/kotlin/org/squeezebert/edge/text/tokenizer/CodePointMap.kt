package org.squeezebert.edge.text.tokenizer

/** A map from some code points to values, without boxing. [keys] ascend. */
internal class CodePointMap<T>(private val keys: IntArray, private val values: List<T>) {
    operator fun get(point: Int): T? {
        val index = keys.binarySearch(point)
        return if (index >= 0) values[index] else null
    }
}
