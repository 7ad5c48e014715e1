package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.tokenizer.Encoding

/** Longest answer to a question in tokens, as in transformers' pipeline. */
private const val MAX_ANSWER_TOKENS = 15

/**
 * A question with one window of its context, and what an artifact computes for it.
 *
 * @property startLogits how much each position is like the first of the answer; of shape (sequence length)
 * @property endLogits the same of the last position
 */
public class AnswerWindow(
    public val encoding: Encoding,
    public val startLogits: FloatArray,
    public val endLogits: FloatArray,
)

/**
 * The best spans of whole words of the context over all windows, best first.
 *
 * A span's score is the product of its start's and its end's probability among the context's tokens and `[CLS]`, which
 * stands for no answer.
 *
 * @param topK how many at most
 */
public fun bestAnswers(windows: List<AnswerWindow>, context: String, topK: Int): List<Prediction> {
    // In order of first sight, which decides between equal scores.
    val scores = LinkedHashMap<Span, Double>()
    for (window in windows) {
        for ((span, score) in spans(window)) scores[span] = maxOf(scores[span] ?: 0.0, score)
    }
    return scores.entries
        .sortedByDescending { it.value }
        .take(topK)
        .map { (span, score) -> Prediction(context.substring(span.start, span.end), score, span.start, span.end) }
}

private data class Span(val start: Int, val end: Int)

private fun spans(window: AnswerWindow): List<Pair<Span, Double>> {
    val encoding = window.encoding
    val pieces = words(encoding, segment = 1).flatMap { word -> word.map { Piece(it, word.first(), word.last()) } }
    val starts = borderProbabilities(window.startLogits, pieces)
    val ends = borderProbabilities(window.endLogits, pieces)
    return pieces.indices.flatMap { first ->
        (first until minOf(first + MAX_ANSWER_TOKENS, pieces.size)).map { last ->
            val span = Span(encoding.starts[pieces[first].firstOfWord], encoding.ends[pieces[last].lastOfWord])
            Pair(span, starts[first] * ends[last])
        }
    }
}

/** A position in the context, with the first and the last of its word. */
private data class Piece(val position: Int, val firstOfWord: Int, val lastOfWord: Int)

/** The probability of each piece among the pieces and `[CLS]`, which is the sequence's first position. */
private fun borderProbabilities(logits: FloatArray, pieces: List<Piece>): DoubleArray {
    val competing = FloatArray(1 + pieces.size) { if (it == 0) logits[0] else logits[pieces[it - 1].position] }
    return softmax(competing).let { it.copyOfRange(1, it.size) }
}
