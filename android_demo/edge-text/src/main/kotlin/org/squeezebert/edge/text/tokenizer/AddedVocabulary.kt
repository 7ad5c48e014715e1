package org.squeezebert.edge.text.tokenizer

/**
 * The added tokens: their ids, and where they are in a text.
 *
 * @param tokens those of the file, in its order; an id that the file names does not count: a token of the model's
 *   vocabulary has its id there, any other the next free one, as in the Python library
 * @throws IllegalArgumentException if two tokens, or none, would be found at one place
 */
internal class AddedVocabulary(
    tokens: List<AddedToken>,
    vocabulary: Vocabulary,
    normalizer: Normalizer,
    table: UnicodeTable,
) {
    private val idsByContent = mutableMapOf<String, Int>()
    private val contentsById: Map<Int, String>
    private val specialContents = mutableSetOf<String>()

    /** Finds tokens in a text as it is given. */
    val inText: AddedTokenFinder

    /** Finds tokens in a normalized text. */
    val inNormalizedText: AddedTokenFinder

    init {
        val tokensById = mutableMapOf<Int, AddedToken>()
        var next = vocabulary.size
        for (token in tokens) {
            if (token.content.isEmpty()) continue
            val id = idsByContent[token.content] ?: vocabulary.id(token.content) ?: next++
            idsByContent[token.content] = id
            tokensById[id] = token
            if (token.special) specialContents += token.content
        }
        val patterns = tokensById.map { (id, token) -> pattern(id, token, normalizer) }
        for (alike in patterns.groupBy { it.token.normalized to it.points.asList() }.values) {
            require(alike.size == 1) { "${alike[0].token.content} and ${alike[1].token.content} are found as the same" }
        }
        inText = AddedTokenFinder(table, patterns.filter { !it.token.normalized })
        inNormalizedText = AddedTokenFinder(table, patterns.filter { it.token.normalized })
        contentsById = patterns.associate { it.id to string(it.points) }
    }

    /** The id of the token with this [content], or null. */
    fun id(content: String): Int? = idsByContent[content]

    /** The token of [id] as it is found in a text, or null. */
    fun token(id: Int): String? = contentsById[id]

    /** Whether decoding leaves [token] out. */
    fun isSpecial(token: String): Boolean = token in specialContents

    private fun pattern(id: Int, token: AddedToken, normalizer: Normalizer): AddedTokenFinder.Pattern {
        val text = AlignedText.of(token.content).let { if (token.normalized) normalizer.normalize(it) else it }
        require(text.size > 0) { "nothing is left of ${token.content} after normalization" }
        return AddedTokenFinder.Pattern(text.points.copyOf(text.size), id, token)
    }

    private fun string(points: IntArray): String =
        StringBuilder().apply { points.forEach(::appendCodePoint) }.toString()
}
