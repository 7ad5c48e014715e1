package org.squeezebert.edge.text.statistics

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class PercentileTest {
    private val values = listOf(12.5, 3.25, 7.0, 9.75, 4.5, 30.125)

    @Test
    fun `between two values it is interpolated`() {
        // numpy.percentile(values, [0, 25, 50, 90, 99, 100])
        val expected =
            mapOf(0 to 3.25, 25 to 5.125, 50 to 8.375, 90 to 21.3125, 99 to 29.243750000000002, 100 to 30.125)

        for ((percent, value) in expected) assertEquals(value, percentile(values, percent.toDouble()))
    }

    @Test
    fun `of a single value it is that value`() {
        assertEquals(4.0, percentile(listOf(4.0), 90.0))
    }

    @Test
    fun `of no value there is none`() {
        assertFailsWith<IllegalArgumentException> { percentile(emptyList(), 50.0) }
        assertFailsWith<IllegalArgumentException> { median(emptyList()) }
    }

    @Test
    fun `the median is the middle`() {
        assertEquals(8.375, median(values))
        assertEquals(7.0, median(values.take(3)))
    }
}
