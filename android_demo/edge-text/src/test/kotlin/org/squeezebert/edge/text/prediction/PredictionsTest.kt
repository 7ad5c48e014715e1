package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.tokenizer.Encoding
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class PredictionsTest {
    /** `[CLS] john ##s bank [SEP]`, of the text "Johns bank". */
    private val encoding =
        Encoding(
            inputIds = intArrayOf(2, 7, 8, 9, 3),
            tokenTypeIds = intArrayOf(0, 0, 0, 0, 0),
            starts = intArrayOf(0, 0, 4, 6, 0),
            ends = intArrayOf(0, 4, 5, 10, 0),
            words = intArrayOf(-1, 0, 0, 1, -1),
            truncated = false,
        )

    @Test
    fun `a single label is a value`() {
        assertEquals(listOf(Prediction("similarity", 3.5)), classifyText(floatArrayOf(3.5f), listOf("similarity"), 1))
    }

    @Test
    fun `the first of equal labels comes first`() {
        val found = classifyText(floatArrayOf(1f, 2f, 2f, 1f), listOf("a", "b", "c", "d"), 3)

        assertEquals(listOf("b", "c", "a"), found.map { it.label })
    }

    @Test
    fun `a word takes the label of its first piece`() {
        val logits = FloatArray(10).also { values -> values[2 * 1 + 1] = 9f }

        val found = classifyTokens(logits, encoding, listOf("O", "PER")).single()

        assertEquals(listOf<Any?>("PER", 0, 5), listOf(found.label, found.start, found.end))
    }

    @Test
    fun `fill-mask needs a mask`() {
        val vocabulary = MaskVocabulary(size = 2, maskId = 4) { "word $it" }

        val message = assertFailsWith<InputException> { fillMasks(FloatArray(10), encoding, vocabulary, 5) }.message

        assertEquals("fill-mask needs a text with [MASK] in it", message)
    }

    @Test
    fun `probabilities of values that are far apart`() {
        val found = softmax(floatArrayOf(-Float.MAX_VALUE, Float.MAX_VALUE))

        assertEquals(listOf(0.0, 1.0), found.toList())
    }

    @Test
    fun `each task says which texts it takes`() {
        val wrong = mapOf(Task.TEXT_CLASSIFICATION to 3, Task.FILL_MASK to 2, Task.QUESTION_ANSWERING to 1)
        for ((task, count) in wrong) {
            val message = assertFailsWith<InputException> { task.checkTexts(List(count) { "a" }) }.message

            assertEquals("${task.title} takes ${task.takes}, but $count were given", message)
        }
        Task.MULTIPLE_CHOICE.checkTexts(listOf("a", "b", "c", "d"))
    }

    @Test
    fun `an empty text has nothing to predict`() {
        val message = assertFailsWith<InputException> { Task.TEXT_CLASSIFICATION.checkTexts(listOf(" \n")) }.message

        assertTrue("an empty text has nothing to predict" in message.orEmpty())
    }

    @Test
    fun `an unknown task`() {
        val message = assertFailsWith<InputException> { Task.of("translation") }.message.orEmpty()

        assertTrue(message.startsWith("unknown task 'translation': choose one of feature-extraction, "), message)
    }
}
