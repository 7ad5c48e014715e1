package org.squeezebert.edge.text.tokenizer

/**
 * One example's tokens, without padding. All arrays have one entry for each token.
 *
 * @property inputIds ids in the vocabulary
 * @property tokenTypeIds 0 for the first text, 1 for the second
 * @property starts first UTF-16 index of each token in its text; 0 for `[CLS]` and `[SEP]`
 * @property ends last UTF-16 index, exclusive; 0 for `[CLS]` and `[SEP]`
 * @property words number of the word that each token is a piece of, from 0 in each text; -1 for `[CLS]` and `[SEP]`
 * @property truncated whether tokens were cut off to fit
 */
public class Encoding(
    public val inputIds: IntArray,
    public val tokenTypeIds: IntArray,
    public val starts: IntArray,
    public val ends: IntArray,
    public val words: IntArray,
    public val truncated: Boolean,
) {
    /** Number of tokens. */
    public val size: Int get() = inputIds.size
}
