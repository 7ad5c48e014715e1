package org.squeezebert.edge.text.tokenizer

/**
 * Splits a word into the longest pieces that the vocabulary has, from its beginning on.
 *
 * @param unknownId token of a word that cannot be split so
 * @param longestWord words of more code points than this are unknown
 */
internal class WordPiece(
    private val vocabulary: Vocabulary,
    private val unknownId: Int,
    private val longestWord: Int,
) {
    /** Appends the tokens of the word from [from] to [to] of [text] to [tokens], under the number [word]. */
    fun addTokens(text: AlignedText, from: Int, to: Int, word: Int, tokens: TokenList) {
        val before = tokens.size
        var start = from
        var isKnown = to - from <= longestWord
        while (isKnown && start < to) {
            val continues = start > from
            val token = vocabulary.longestAt(text.points, start, to, continues)
            if (token == null) {
                isKnown = false
            } else {
                val end = start + vocabulary.length(token, continues)
                tokens.add(token.id, text.starts[start], text.ends[end - 1], word)
                start = end
            }
        }
        if (!isKnown) {
            tokens.cut(before)
            tokens.add(unknownId, text.starts[from], text.ends[to - 1], word)
        }
    }
}
