package org.squeezebert.edge.text.tokenizer

/** Finds added tokens in a text: the leftmost, and the longest of those that begin at one place. */
internal class AddedTokenFinder(private val table: UnicodeTable, patterns: List<Pattern>) {
    /** What to look for: the [token]'s content, normalized if the token asks for that. */
    class Pattern(val points: IntArray, val id: Int, val token: AddedToken)

    private val patternsByFirst =
        patterns
            .groupBy { it.points[0] }
            .mapValues { (_, those) -> those.sortedByDescending { it.points.size } }
            .toSortedMap()
            .let { CodePointMap(it.keys.toIntArray(), it.values.toList()) }
    private val asciiFirst = BooleanArray(ASCII) { patternsByFirst[it] != null }
    private val hasOtherFirst = patterns.any { it.points[0] >= ASCII }

    /**
     * Calls [onText] for each part of [text] between tokens, and [onToken] for each token, in their order, with the
     * first and last (exclusive) code point.
     */
    inline fun split(
        text: AlignedText,
        onText: (from: Int, to: Int) -> Unit,
        onToken: (id: Int, from: Int, to: Int) -> Unit,
    ) {
        var position = 0
        var done = 0
        while (position < text.size) {
            val pattern = match(text, position)
            if (pattern == null) {
                position++
                continue
            }
            val found = position
            position += pattern.points.size
            if (pattern.token.singleWord && isInWord(text, found, position)) continue
            val from = if (pattern.token.leftStrip) maxOf(done, spaceBefore(text, found)) else found
            val to = if (pattern.token.rightStrip) spaceAfter(text, position) else position
            if (done < from) onText(done, from)
            onToken(pattern.id, from, to)
            done = to
        }
        if (done != text.size) onText(done, text.size)
    }

    private fun match(text: AlignedText, position: Int): Pattern? {
        val first = text.points[position]
        if (if (first < ASCII) !asciiFirst[first] else !hasOtherFirst) return null
        return patternsByFirst[first]?.firstOrNull { isAt(it.points, text, position) }
    }

    private fun isAt(points: IntArray, text: AlignedText, position: Int): Boolean =
        points.size <= text.size - position && points.indices.all { points[it] == text.points[position + it] }

    private fun isInWord(text: AlignedText, from: Int, to: Int): Boolean =
        (from > 0 && table.has(text.points[from - 1], CharacterProperty.WORD)) ||
            (to < text.size && table.has(text.points[to], CharacterProperty.WORD))

    private fun spaceBefore(text: AlignedText, position: Int): Int {
        var from = position
        while (from > 0 && table.has(text.points[from - 1], CharacterProperty.WHITESPACE)) from--
        return from
    }

    private fun spaceAfter(text: AlignedText, position: Int): Int {
        var to = position
        while (to < text.size && table.has(text.points[to], CharacterProperty.WHITESPACE)) to++
        return to
    }

    private companion object {
        const val ASCII = 128
    }
}
