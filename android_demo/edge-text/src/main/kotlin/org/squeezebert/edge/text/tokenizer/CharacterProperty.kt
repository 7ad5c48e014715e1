package org.squeezebert.edge.text.tokenizer

/** A yes-or-no property of a character, and its bit in [UnicodeTable]. */
internal enum class CharacterProperty(
    /** Its name in the resource; none for what follows from other lines. */
    val key: String?,
    val bit: Int,
) {
    /** Removed by BERT's cleaning. */
    CONTROL("control", 1),

    /** Splits words; BERT's cleaning makes it a space. */
    WHITESPACE("whitespace", 2),

    /** A Chinese character, which BERT takes for a word of its own. */
    IDEOGRAPH("ideograph", 4),

    /** A word of its own. */
    PUNCTUATION("punctuation", 8),

    /** Removed by BERT's stripping of accents, after decomposition. */
    ACCENT("accent", 16),

    /** Removed by the StripAccents normalizer. */
    MARK("mark", 32),

    /** Part of a word, for an added token that must be a word of its own. */
    WORD("word", 64),

    /** Has a decomposition, a combining class other than 0, or a lower case. */
    CHANGES(null, 128),
}
