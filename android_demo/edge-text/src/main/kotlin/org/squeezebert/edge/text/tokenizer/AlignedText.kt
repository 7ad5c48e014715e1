package org.squeezebert.edge.text.tokenizer

/**
 * Code points, each with the part of the original text that it stands for.
 *
 * Normalizing changes the code points; the tokens' offsets are still those of the text that was given.
 */
internal class AlignedText(capacity: Int) {
    var points = IntArray(capacity)
        private set
    var starts = IntArray(capacity)
        private set
    var ends = IntArray(capacity)
        private set
    var size = 0
        private set

    /** Appends [point], which stands for the UTF-16 units from [start] to [end] (exclusive) of the text. */
    fun add(point: Int, start: Int, end: Int) {
        if (size == points.size) grow()
        points[size] = point
        starts[size] = start
        ends[size] = end
        size++
    }

    /** Appends [point] in the place of the code point at [index] of [source]. */
    fun add(point: Int, source: AlignedText, index: Int) {
        add(point, source.starts[index], source.ends[index])
    }

    /** The code points from [from] to [to] (exclusive). */
    fun slice(from: Int, to: Int): AlignedText {
        if (from == 0 && to == size) return this
        val part = AlignedText(to - from)
        for (index in from until to) part.add(points[index], this, index)
        return part
    }

    private fun grow() {
        val capacity = maxOf(16, 2 * points.size)
        points = points.copyOf(capacity)
        starts = starts.copyOf(capacity)
        ends = ends.copyOf(capacity)
    }

    companion object {
        private const val REPLACEMENT_CHARACTER = 0xFFFD

        /** The code points of [text]. A surrogate without its other half counts as U+FFFD. */
        fun of(text: String): AlignedText {
            val aligned = AlignedText(text.length)
            var index = 0
            while (index < text.length) {
                val unit = text[index]
                val next = if (index + 1 < text.length) text[index + 1] else ' '
                if (unit.isHighSurrogate() && next.isLowSurrogate()) {
                    aligned.add(0x10000 + ((unit.code - 0xD800) shl 10) + (next.code - 0xDC00), index, index + 2)
                    index += 2
                } else {
                    aligned.add(if (unit.isSurrogate()) REPLACEMENT_CHARACTER else unit.code, index, index + 1)
                    index++
                }
            }
            return aligned
        }
    }
}
