package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.tokenizer.Encoding

private const val OUTSIDE = "O"

/**
 * The best labels of a text, best first.
 *
 * @param logits one for each label
 * @param topK how many at most
 */
public fun classifyText(logits: FloatArray, labels: List<String>, topK: Int): List<Prediction> {
    if (labels.size == 1) return listOf(Prediction(labels[0], logits[0].toDouble()))
    val probabilities = softmax(logits)
    return largest(probabilities, topK).map { Prediction(labels[it], probabilities[it]) }
}

/**
 * Each word's label unless it is `O`; a word takes its first piece's label.
 *
 * @param logits of shape (sequence length, labels), row-major
 */
public fun classifyTokens(logits: FloatArray, encoding: Encoding, labels: List<String>): List<Prediction> =
    words(encoding, segment = 0).mapNotNull { pieces ->
        val first = pieces.first()
        val probabilities = softmax(row(logits, first, labels.size))
        val best = indexOfLargest(probabilities)
        if (labels[best] == OUTSIDE) {
            null
        } else {
            Prediction(labels[best], probabilities[best], encoding.starts[first], encoding.ends[pieces.last()])
        }
    }

/**
 * The best choices, best first.
 *
 * @param scores one logit for each choice
 * @param topK how many at most
 */
public fun rankChoices(scores: FloatArray, choices: List<String>, topK: Int): List<Prediction> {
    val probabilities = softmax(scores)
    return largest(probabilities, topK).map { Prediction(choices[it], probabilities[it]) }
}

/** One row of a matrix with rows of [size] values. */
internal fun row(values: FloatArray, index: Int, size: Int): FloatArray = values.copyOfRange(
    index * size,
    (index + 1) * size,
)
