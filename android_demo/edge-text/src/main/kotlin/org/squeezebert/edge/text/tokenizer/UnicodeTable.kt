package org.squeezebert.edge.text.tokenizer

/**
 * The properties of characters that the tokenizer needs.
 *
 * They come from a resource of this library, not from the platform: phones differ in their version of Unicode, and the
 * ids must not. The resource says what the Python library `tokenizers` does with each character;
 * `tests/app_vectors/unicode_table.py` writes it and describes its format.
 *
 * @param pages the bits of [CharacterProperty] of each code point, in pages of 256
 */
internal class UnicodeTable(
    private val pages: Array<ByteArray>,
    private val decompositions: CodePointMap<IntArray>,
    private val lowercase: CodePointMap<IntArray>,
    private val combiningClasses: CodePointMap<Int>,
) {
    fun has(point: Int, property: CharacterProperty): Boolean =
        pages[point shr PAGE_BITS][point and PAGE_MASK].toInt() and property.bit != 0

    /** The full canonical decomposition, or null for a character that stays. */
    fun decomposition(point: Int): IntArray? = when {
        !has(point, CharacterProperty.CHANGES) -> null
        HangulSyllable.isSyllable(point) -> HangulSyllable.decompose(point)
        else -> decompositions[point]
    }

    /** The lower-cased character, or null for one that stays. */
    fun lowercase(point: Int): IntArray? = if (has(point, CharacterProperty.CHANGES)) lowercase[point] else null

    /** The canonical combining class, from 0 to 255. */
    fun combiningClass(point: Int): Int = if (has(point, CharacterProperty.CHANGES)) combiningClasses[point] ?: 0 else 0

    companion object {
        // Absolute: code shrinkers move this class to another package.
        private const val RESOURCE = "/org/squeezebert/edge/text/tokenizer/unicode.txt"

        /** Bits of a code point that are its place in a page. */
        const val PAGE_BITS: Int = 8
        const val PAGE_MASK: Int = (1 shl PAGE_BITS) - 1

        /** The library's table, read at its first use. */
        val instance: UnicodeTable by lazy { read() }

        private fun read(): UnicodeTable {
            val stream =
                checkNotNull(UnicodeTable::class.java.getResourceAsStream(RESOURCE)) {
                    "the resource $RESOURCE is not in the app; package this library's resources too"
                }
            return UnicodeTableReader(stream.use { it.readBytes() }).read()
        }
    }
}
