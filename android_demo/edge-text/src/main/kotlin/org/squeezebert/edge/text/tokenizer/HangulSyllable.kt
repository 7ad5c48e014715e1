package org.squeezebert.edge.text.tokenizer

/** Korean syllables, whose decomposition into letters is computed: chapter 3.12 of the Unicode standard. */
internal object HangulSyllable {
    const val FIRST: Int = 0xAC00
    const val LAST: Int = 0xD7A3
    private const val FIRST_LEADING = 0x1100
    private const val FIRST_VOWEL = 0x1161
    private const val BEFORE_FIRST_TRAILING = 0x11A7
    private const val TRAILING = 28
    private const val VOWELS_AND_TRAILING = 21 * TRAILING

    fun isSyllable(point: Int): Boolean = point in FIRST..LAST

    /** Two or three letters. */
    fun decompose(syllable: Int): IntArray {
        val index = syllable - FIRST
        val leading = FIRST_LEADING + index / VOWELS_AND_TRAILING
        val vowel = FIRST_VOWEL + index % VOWELS_AND_TRAILING / TRAILING
        val trailing = index % TRAILING
        return if (trailing == 0) {
            intArrayOf(leading, vowel)
        } else {
            intArrayOf(leading, vowel, BEFORE_FIRST_TRAILING + trailing)
        }
    }
}
