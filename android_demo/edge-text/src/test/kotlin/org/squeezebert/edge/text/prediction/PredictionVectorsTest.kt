package org.squeezebert.edge.text.prediction

import kotlin.math.abs
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** What is read from logits is what `edge.predictions` reads. */
class PredictionVectorsTest {
    @Test
    fun `labels of a text`() =
        compare("text-classification") { classifyText(it.logits.toFloatArray(), it.labels, it.topK) }

    @Test
    fun `labels of words`() = compare("token-classification") {
        classifyTokens(it.logits.toFloatArray(), it.encodings.single().toEncoding(), it.labels)
    }

    @Test
    fun `words for masks`() = compare("fill-mask") {
        val vocabulary = MaskVocabulary(it.labels.size, it.maskId, it.labels::get)
        fillMasks(it.logits.toFloatArray(), it.encodings.single().toEncoding(), vocabulary, it.topK)
    }

    @Test
    fun `answers to a question`() = compare("question-answering") { case ->
        val length = case.startLogits.size / case.encodings.size
        val starts = case.startLogits.toFloatArray()
        val ends = case.endLogits.toFloatArray()
        val windows =
            case.encodings.mapIndexed { index, encoding ->
                AnswerWindow(encoding.toEncoding(), row(starts, index, length), row(ends, index, length))
            }
        bestAnswers(windows, case.text, case.topK)
    }

    @Test
    fun `choices in order`() = compare("multiple-choice") { rankChoices(it.logits.toFloatArray(), it.labels, it.topK) }

    private fun compare(task: String, predict: (PredictionCase) -> List<Prediction>) {
        for ((number, case) in predictionCases(task).withIndex()) {
            val found = predict(case)
            val places = { all: List<Prediction> -> all.map { Triple(it.label, it.start, it.end) } }
            val expected = case.expected.map { Prediction(it.label, it.score, it.start, it.end) }
            assertEquals(places(expected), places(found), "case $number of $task")
            for ((wanted, got) in expected.zip(found)) {
                val difference = abs(wanted.score - got.score)
                assertTrue(difference <= 1e-12 * abs(wanted.score), "case $number of $task: $wanted, but $got")
            }
        }
    }
}
