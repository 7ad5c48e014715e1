package org.squeezebert.edge.text.statistics

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertNull

class CosineTest {
    private fun ofVectors(first: DoubleArray, second: DoubleArray): Double = assertNotNull(cosine(first, second))

    @Test
    fun `equal directions have 1, opposite ones -1, right angles 0`() {
        assertEquals(1.0, ofVectors(doubleArrayOf(1.0, 2.0), doubleArrayOf(2.0, 4.0)), 1e-12)
        assertEquals(-1.0, ofVectors(doubleArrayOf(1.0, 2.0), doubleArrayOf(-1.0, -2.0)), 1e-12)
        assertEquals(0.0, ofVectors(doubleArrayOf(1.0, 0.0), doubleArrayOf(0.0, 3.0)))
    }

    @Test
    fun `zeros have no direction`() {
        assertNull(cosine(doubleArrayOf(0.0, 0.0), doubleArrayOf(1.0, 1.0)))
    }

    @Test
    fun `vectors of two sizes cannot be compared`() {
        assertFailsWith<IllegalArgumentException> { cosine(doubleArrayOf(1.0), doubleArrayOf(1.0, 1.0)) }
    }
}
