package org.squeezebert.edge.text.tokenizer

/** Unicode's normalization form D: characters decomposed, and the marks behind each base in canonical order. */
internal class CanonicalDecomposition(private val table: UnicodeTable) : Normalizer {
    override fun normalize(text: AlignedText): AlignedText {
        if (!changes(text)) return text
        val parts = Parts(text.size + text.size / 4)
        for (index in 0 until text.size) {
            val point = text.points[index]
            val decomposed = table.decomposition(point)
            if (decomposed == null) {
                parts.add(point, table.combiningClass(point), isFirst = true)
            } else {
                decomposed.forEachIndexed { part, it -> parts.add(it, table.combiningClass(it), isFirst = part == 0) }
            }
        }
        parts.sortMarks()
        return parts.aligned(text)
    }

    private fun changes(text: AlignedText): Boolean =
        (0 until text.size).any { table.has(text.points[it], CharacterProperty.CHANGES) }

    /** Decomposed characters: code point, combining class, and whether it is the first part of its character. */
    private class Parts(capacity: Int) {
        private var points = IntArray(capacity)
        private var classes = IntArray(capacity)
        private var first = BooleanArray(capacity)
        private var size = 0

        fun add(point: Int, combiningClass: Int, isFirst: Boolean) {
            if (size == points.size) {
                val capacity = maxOf(16, 2 * size)
                points = points.copyOf(capacity)
                classes = classes.copyOf(capacity)
                first = first.copyOf(capacity)
            }
            points[size] = point
            classes[size] = combiningClass
            first[size] = isFirst
            size++
        }

        fun sortMarks() {
            var index = 0
            while (index < size) {
                var end = index
                while (end < size && classes[end] != 0) end++
                if (end - index > 1) sort(index, end)
                index = end + 1
            }
        }

        /** Sorts by combining class; marks of one class keep their order. */
        private fun sort(from: Int, to: Int) {
            val keys = LongArray(to - from) { (classes[from + it].toLong() shl Int.SIZE_BITS) or (from + it).toLong() }
            keys.sort()
            val oldPoints = points.copyOfRange(from, to)
            val oldFirst = first.copyOfRange(from, to)
            keys.forEachIndexed { index, key ->
                val old = key.toInt() - from
                points[from + index] = oldPoints[old]
                first[from + index] = oldFirst[old]
            }
        }

        /**
         * Gives each part its place in the text.
         *
         * As the Python library does it: the n-th first part gets the n-th character's place, even where sorting has
         * moved it, and other parts that of the first part before them.
         */
        fun aligned(source: AlignedText): AlignedText {
            val text = AlignedText(size)
            var next = 0
            for (index in 0 until size) {
                if (first[index]) next++
                text.add(points[index], source, maxOf(0, next - 1))
            }
            return text
        }
    }
}
