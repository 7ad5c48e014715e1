package org.squeezebert.edge.text.tokenizer

/** Tokens of one text, without special tokens: ids, UTF-16 offsets and numbers of their words. */
internal class TokenList {
    var ids = IntArray(FIRST_CAPACITY)
        private set
    var starts = IntArray(FIRST_CAPACITY)
        private set
    var ends = IntArray(FIRST_CAPACITY)
        private set
    var words = IntArray(FIRST_CAPACITY)
        private set
    var size = 0
        private set

    fun add(id: Int, start: Int, end: Int, word: Int) {
        if (size == ids.size) {
            ids = ids.copyOf(2 * size)
            starts = starts.copyOf(2 * size)
            ends = ends.copyOf(2 * size)
            words = words.copyOf(2 * size)
        }
        ids[size] = id
        starts[size] = start
        ends[size] = end
        words[size] = word
        size++
    }

    /** Keeps the first [size] tokens. */
    fun cut(size: Int) {
        this.size = size
    }

    /** Number of tokens of the shortest run of whole words that has at least [tokens]; at most all. */
    fun wordEnd(tokens: Int): Int {
        var end = minOf(tokens, size)
        while (end < size && words[end] == words[end - 1]) end++
        return end
    }

    private companion object {
        const val FIRST_CAPACITY = 32
    }
}
