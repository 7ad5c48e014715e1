package org.squeezebert.edge.screen

import org.squeezebert.edge.text.prediction.Task
import kotlin.test.Test
import kotlin.test.assertEquals

class ExamplesTest {
    @Test
    fun `a second text is optional where a model classifies texts`() {
        assertEquals(listOf(listOf("a")), examples(Task.TEXT_CLASSIFICATION, "a", " "))
        assertEquals(listOf(listOf("a", "b")), examples(Task.TEXT_CLASSIFICATION, "a", "b"))
    }

    @Test
    fun `two texts to compare are two examples`() {
        assertEquals(listOf(listOf("a")), examples(Task.FEATURE_EXTRACTION, "a", ""))
        assertEquals(listOf(listOf("a"), listOf("b")), examples(Task.FEATURE_EXTRACTION, "a", "b"))
    }

    @Test
    fun `a question keeps its context, empty or not, so that the model can say what is missing`() {
        assertEquals(listOf(listOf("who", "")), examples(Task.QUESTION_ANSWERING, "who", ""))
    }

    @Test
    fun `each line is a choice`() {
        val found = examples(Task.MULTIPLE_CHOICE, "it rains", "umbrella\n\n sunglasses \n")
        assertEquals(listOf(listOf("it rains", "umbrella", "sunglasses")), found)
    }

    @Test
    fun `what stood in the second field for another task does not count`() {
        assertEquals(listOf(listOf("a")), examples(Task.TOKEN_CLASSIFICATION, "a", "b"))
        assertEquals(listOf(listOf("[MASK]")), examples(Task.FILL_MASK, "[MASK]", "b"))
    }
}
