package org.squeezebert.edge.text.device

import kotlin.math.sqrt
import kotlin.test.Test
import kotlin.test.assertEquals

class WorstCosineTest {
    private fun examples(vararg values: FloatArray): List<Map<String, FloatArray>> =
        values.map { mapOf("logits" to it) }

    @Test
    fun `equal outputs have 1`() {
        val outputs = examples(floatArrayOf(0.1f, 0.2f, 0.3f), floatArrayOf(1f, 1f, 1f))

        assertEquals(1.0, worstCosine(outputs, outputs))
    }

    @Test
    fun `the worst example counts`() {
        val reference = examples(floatArrayOf(1f, 0f), floatArrayOf(1f, 0f))
        val found = examples(floatArrayOf(2f, 0f), floatArrayOf(1f, 1f))

        assertEquals(1 / sqrt(2.0), worstCosine(reference, found), 1e-15)
    }

    @Test
    fun `all outputs of an example are one vector`() {
        val reference = listOf(mapOf("start_logits" to floatArrayOf(1f), "end_logits" to floatArrayOf(0f)))
        val found = listOf(mapOf("start_logits" to floatArrayOf(1f), "end_logits" to floatArrayOf(1f)))

        assertEquals(1 / sqrt(2.0), worstCosine(reference, found), 1e-15)
    }

    @Test
    fun `single values of all examples are one vector`() {
        assertEquals(
            0.0,
            worstCosine(examples(floatArrayOf(1f), floatArrayOf(0f)), examples(floatArrayOf(0f), floatArrayOf(1f))),
        )
    }

    @Test
    fun `a value that is no number is the worst`() {
        val reference = examples(floatArrayOf(1f, 2f))

        for (value in listOf(Float.NaN, Float.POSITIVE_INFINITY)) {
            assertEquals(-1.0, worstCosine(reference, examples(floatArrayOf(1f, value))))
        }
    }

    @Test
    fun `zeros are like zeros only`() {
        val zeros = examples(floatArrayOf(0f, 0f))

        assertEquals(1.0, worstCosine(zeros, zeros))
        assertEquals(0.0, worstCosine(zeros, examples(floatArrayOf(0f, 1f))))
    }
}
