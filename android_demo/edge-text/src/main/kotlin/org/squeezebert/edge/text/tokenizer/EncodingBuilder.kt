package org.squeezebert.edge.text.tokenizer

/** Puts tokens of texts and special tokens together, in their order. */
internal class EncodingBuilder(size: Int) {
    private val ids = IntArray(size)
    private val types = IntArray(size)
    private val starts = IntArray(size)
    private val ends = IntArray(size)
    private val words = IntArray(size)
    private var next = 0

    fun addSpecial(id: Int, type: Int): EncodingBuilder {
        ids[next] = id
        types[next] = type
        words[next] = NO_WORD
        next++
        return this
    }

    /** Appends the tokens from [from] to [to] (exclusive) of [tokens]. */
    fun add(tokens: TokenList, from: Int, to: Int, type: Int): EncodingBuilder {
        tokens.ids.copyInto(ids, next, from, to)
        tokens.starts.copyInto(starts, next, from, to)
        tokens.ends.copyInto(ends, next, from, to)
        tokens.words.copyInto(words, next, from, to)
        types.fill(type, next, next + to - from)
        next += to - from
        return this
    }

    fun build(truncated: Boolean): Encoding = Encoding(ids, types, starts, ends, words, truncated)

    private companion object {
        const val NO_WORD = -1
    }
}
