package org.squeezebert.edge.text.tokenizer

/**
 * Joins tokens to a text.
 *
 * @param prefix what a token that continues a word begins with
 * @param cleanUp whether spaces before punctuation and English contractions go
 */
internal class WordPieceDecoder(private val prefix: String, private val cleanUp: Boolean) {
    fun decode(tokens: List<String>): String {
        val text = StringBuilder()
        tokens.forEachIndexed { index, token ->
            val joined =
                when {
                    index == 0 -> token
                    token.startsWith(prefix) -> token.substring(prefix.length)
                    else -> " $token"
                }
            text.append(if (cleanUp) cleaned(joined) else joined)
        }
        return text.toString()
    }

    private fun cleaned(token: String): String =
        REPLACEMENTS.fold(token) { text, (old, new) -> if (old in text) text.replace(old, new) else text }

    private companion object {
        val REPLACEMENTS =
            listOf(
                " ." to ".",
                " ?" to "?",
                " !" to "!",
                " ," to ",",
                " ' " to "'",
                " n't" to "n't",
                " 'm" to "'m",
                " do not" to " don't",
                " 's" to "'s",
                " 've" to "'ve",
                " 're" to "'re",
            )
    }
}
