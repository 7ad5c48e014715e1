package org.squeezebert.edge.screen

import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals

class SimilarityTest {
    @Test
    fun `texts are as similar as the cosine of their vectors`() {
        assertEquals(1.0, similarity(floatArrayOf(1f, 2f), floatArrayOf(2f, 4f)), 1e-12)
    }

    @Test
    fun `a vector of zeros is like no other`() {
        assertEquals(0.0, similarity(floatArrayOf(0f, 0f), floatArrayOf(1f, 1f)))
    }

    @Test
    fun `vectors of tokens are averaged`() {
        val values = floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f)
        assertContentEquals(floatArrayOf(3f, 4f), textEmbedding(values, listOf(3, 2)))
        assertContentEquals(values, textEmbedding(values, listOf(6)))
    }
}
