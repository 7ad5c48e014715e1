package org.squeezebert.edge.text.tokenizer

/**
 * Makes a [UnicodeTable] of its resource's [bytes].
 *
 * It makes no string of the 9,000 numbers there: an app reads them each time that it starts.
 */
internal class UnicodeTableReader(private val bytes: ByteArray) {
    private val empty = ByteArray(PAGE)

    // Most pages of private use have one property everywhere, and share it.
    private val uniform = CharacterProperty.entries.map { property -> ByteArray(PAGE) { property.bit.toByte() } }
    private val pages = Array(0x110000 / PAGE) { empty }
    private val mappings = HashMap<String, CodePointMap<IntArray>>()
    private val combiningClasses = ArrayList<Pair<Int, Int>>()
    private var position = 0

    fun read(): UnicodeTable {
        while (position < bytes.size) {
            if (bytes[position] == COMMENT) skipLine() else readLine()
        }
        mark(HangulSyllable.FIRST, HangulSyllable.LAST, CharacterProperty.CHANGES)
        val sorted = combiningClasses.sortedBy { it.first }
        return UnicodeTable(
            pages,
            mappings.getValue("decomposition"),
            mappings.getValue("lowercase"),
            CodePointMap(IntArray(sorted.size) { sorted[it].first }, sorted.map { it.second }),
        )
    }

    private fun skipLine() {
        while (bytes[position++] != LINE_END) continue
    }

    private fun readLine() {
        val start = position
        while (bytes[position] != SPACE) position++
        val key = String(bytes, start, position - start, Charsets.US_ASCII)
        val property = CharacterProperty.entries.firstOrNull { it.key == key }
        when {
            property != null -> readRanges { first, last -> mark(first, last, property) }

            key.startsWith(CLASS) -> {
                val number = key.substring(CLASS.length).toInt()
                readRanges { first, last ->
                    (first..last).mapTo(combiningClasses) { it to number }
                    mark(first, last, CharacterProperty.CHANGES)
                }
            }

            else -> mappings[key] = readMapping()
        }
    }

    /** Reads items up to the line's end, each behind a space or the one before. */
    private inline fun readItems(readItem: () -> Unit) {
        while (bytes[position++] != LINE_END) readItem()
    }

    private inline fun readRanges(onRange: (first: Int, last: Int) -> Unit) = readItems {
        val first = readNumber()
        var last = first
        if (bytes[position] == DASH) {
            position++
            last = readNumber()
        }
        onRange(first, last)
    }

    private fun readMapping(): CodePointMap<IntArray> {
        val keys = ArrayList<Int>()
        val values = ArrayList<IntArray>()
        val parts = IntArray(LONGEST_MAPPING)
        readItems {
            val point = readNumber()
            var size = 0
            do {
                position++
                parts[size++] = readNumber()
            } while (bytes[position] == DOT)
            keys += point
            values += parts.copyOf(size)
            mark(point, point, CharacterProperty.CHANGES)
        }
        return CodePointMap(keys.toIntArray(), values)
    }

    private fun readNumber(): Int {
        var number = 0
        while (true) {
            val digit = Character.digit(bytes[position].toInt(), HEXADECIMAL)
            if (digit < 0) return number
            number = HEXADECIMAL * number + digit
            position++
        }
    }

    private fun mark(first: Int, last: Int, property: CharacterProperty) {
        for (number in first / PAGE..last / PAGE) {
            val from = maxOf(0, first - number * PAGE)
            val to = minOf(PAGE - 1, last - number * PAGE)
            val page = pages[number]
            if (page === empty && to - from == PAGE - 1) {
                pages[number] = uniform[property.ordinal]
                continue
            }
            if (page === empty || uniform.any { it === page }) pages[number] = page.copyOf()
            for (index in from..to) {
                pages[number][index] = (pages[number][index].toInt() or property.bit).toByte()
            }
        }
    }

    private companion object {
        const val PAGE = 1 shl UnicodeTable.PAGE_BITS
        const val CLASS = "class-"
        const val HEXADECIMAL = 16
        const val LONGEST_MAPPING = 8
        const val COMMENT = '#'.code.toByte()
        const val SPACE = ' '.code.toByte()
        const val LINE_END = '\n'.code.toByte()
        const val DASH = '-'.code.toByte()
        const val DOT = '.'.code.toByte()
    }
}
