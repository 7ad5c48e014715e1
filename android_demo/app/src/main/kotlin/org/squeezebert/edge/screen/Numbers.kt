package org.squeezebert.edge.screen

import java.text.NumberFormat

private const val BYTES_PER_MEGABYTE = 1e6

/** How the screen writes numbers, in the way of the phone's language. */
internal object Numbers {
    /** A probability: 0.934 is 93.4%. */
    fun percent(probability: Double): String = format(NumberFormat.getPercentInstance(), 1).format(probability)

    /** A value with [digits] behind the point. */
    fun value(number: Double, digits: Int): String = format(NumberFormat.getNumberInstance(), digits).format(number)

    /** 10^6 bytes. */
    fun megabytes(bytes: Long): String = value(bytes / BYTES_PER_MEGABYTE, 1)

    private fun format(format: NumberFormat, digits: Int): NumberFormat {
        format.minimumFractionDigits = digits
        format.maximumFractionDigits = digits
        return format
    }
}
