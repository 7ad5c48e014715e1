package org.squeezebert.edge.text.tokenizer

import org.squeezebert.edge.text.InputException
import java.io.File

/**
 * BERT's WordPiece tokenizer, equal to the Python library `tokenizers` in every id and offset.
 *
 * It depends on no version of Unicode but its own, so every phone gives the same ids. A surrogate without its other
 * half, which Python's strings may have and that library's may not, counts as U+FFFD.
 *
 * A tokenizer does not change; threads may share it.
 */
public class BertTokenizer private constructor(path: String, file: TokenizerFile, private val table: UnicodeTable) {
    private val normalizer: Normalizer
    private val vocabulary: Vocabulary
    private val wordPiece: WordPiece
    private val added: AddedVocabulary
    private val frame: Frame
    private val decoder: WordPieceDecoder?
    private val splitter = WordSplitter(table)

    /** Id of `[PAD]`. */
    public val padId: Int

    /** Id of `[MASK]`. */
    public val maskId: Int

    init {
        val parts = TokenizerParts(path, file, table)
        parts.checkPreTokenizer()
        normalizer = parts.normalizer()
        vocabulary = parts.vocabulary()
        wordPiece = parts.wordPiece(vocabulary)
        added = parts.addedVocabulary(vocabulary, normalizer)
        frame = parts.frame()
        decoder = parts.decoder()
        val absent = SPECIAL_TOKENS.filter { id(it) == null }
        if (absent.isNotEmpty()) {
            throw InputException("$path: the vocabulary lacks ${absent.joinToString()}; a BERT vocabulary has them")
        }
        padId = requireNotNull(id("[PAD]"))
        maskId = requireNotNull(id("[MASK]"))
    }

    /**
     * The number of tokens of one example of one or two [texts], special tokens included, before any cut.
     *
     * @throws InputException if there are no texts or more than two
     */
    public fun count(texts: List<String>): Int {
        checkNumber(texts)
        return texts.sumOf { tokenize(it).size } + texts.size + 1
    }

    /**
     * Encodes one example of one or two [texts], cut to [maxLength] tokens from the longer text's end.
     *
     * @throws InputException if there are no texts or more than two, or not even the special tokens fit
     */
    public fun encode(texts: List<String>, maxLength: Int): Encoding {
        checkNumber(texts)
        if (maxLength <= texts.size) {
            throw InputException(
                "$maxLength tokens are too few for ${texts.size} texts; ${texts.size + 1} is the least",
            )
        }
        if (texts.size == 1) return encodeOne(tokenize(texts[0]), maxLength)
        val (first, second) = shortened(texts[0], texts[1], maxLength)
        val kept = longestFirst(first.size, second.size, maxLength - PAIR_SPECIAL)
        return pair(first, kept.first, second, 0 until kept.second, kept != Kept(first.size, second.size))
    }

    /**
     * Encodes a [question] with each window of a [context]; windows overlap by [stride] tokens, or by as many as there
     * is room for.
     *
     * @throws InputException if the question alone leaves no room for the context, or [stride] is negative
     */
    public fun encodeWindows(question: String, context: String, maxLength: Int, stride: Int): List<Encoding> {
        if (stride < 0) throw InputException("windows cannot overlap by $stride tokens; 0 is the least")
        val first = tokenize(question)
        val room = maxLength - first.size - PAIR_SPECIAL
        if (room < 1) throw InputException("the question has too many tokens for $maxLength; shorten it")
        val second = tokenize(context)
        val windows = windows(second.size, room, minOf(stride, room - 1))
        return windows.map { pair(first, first.size, second, it, truncated = windows.size > 1) }
    }

    /** The token with this [id]; `[UNK]` if there is none. */
    public fun token(id: Int): String = tokenOrNull(id) ?: UNKNOWN

    /** The text of [ids], word pieces joined, without special tokens. */
    public fun decode(ids: IntArray): String {
        val tokens = ids.asList().mapNotNull { id -> tokenOrNull(id)?.takeUnless(added::isSpecial) }
        return decoder?.decode(tokens) ?: tokens.joinToString(" ")
    }

    private fun id(token: String): Int? = added.id(token) ?: vocabulary.id(token)

    private fun tokenOrNull(id: Int): String? = added.token(id) ?: vocabulary.token(id)

    private fun checkNumber(texts: List<String>) {
        if (texts.size !in 1..2) throw InputException("an example has ${texts.size} texts; give one or two")
    }

    private fun encodeOne(tokens: TokenList, maxLength: Int): Encoding {
        val kept = minOf(tokens.size, maxLength - 2)
        return EncodingBuilder(kept + 2)
            .addSpecial(frame.cls, 0)
            .add(tokens, 0, kept, 0)
            .addSpecial(frame.sep, 0)
            .build(truncated = kept < tokens.size)
    }

    private fun pair(first: TokenList, kept: Int, second: TokenList, window: IntRange, truncated: Boolean): Encoding =
        EncodingBuilder(kept + window.last + 1 - window.first + PAIR_SPECIAL)
            .addSpecial(frame.cls, 0)
            .add(first, 0, kept, 0)
            .addSpecial(frame.sep, 0)
            .add(second, window.first, window.last + 1, 1)
            .addSpecial(frame.sep, 1)
            .build(truncated)

    /**
     * Tokens of a pair, each text cut between words, far behind what [tokens] can hold.
     *
     * The project's Python does this to spare its library a time that is quadratic. What follows a cut is not seen any
     * more, so a text that is cut can have other tokens than the whole one, and the two must agree on them.
     */
    private fun shortened(first: String, second: String, tokens: Int): Pair<TokenList, TokenList> {
        val whole = tokenize(first)
        val otherWhole = tokenize(second)
        val end: Int
        val otherEnd: Int
        if (whole.size > otherWhole.size) {
            otherEnd = otherWhole.wordEnd(tokens)
            end = whole.wordEnd(maxOf(tokens, otherEnd + 1))
        } else {
            end = whole.wordEnd(tokens)
            otherEnd = otherWhole.wordEnd(maxOf(tokens, end))
        }
        return Pair(cutAfter(first, whole, end), cutAfter(second, otherWhole, otherEnd))
    }

    private fun cutAfter(text: String, tokens: TokenList, end: Int): TokenList =
        if (end == tokens.size) tokens else tokenize(text.substring(0, tokens.ends[end - 1]))

    private fun tokenize(text: String): TokenList {
        val tokens = TokenList()
        val whole = AlignedText.of(text)
        var word = 0
        added.inText.split(
            whole,
            onText = { from, to -> word = addTokens(normalizer.normalize(whole.slice(from, to)), word, tokens) },
            onToken = { id, from, to -> tokens.add(id, whole.starts[from], whole.ends[to - 1], word++) },
        )
        return tokens
    }

    /** Appends the tokens of a normalized [text] to [tokens], words from [firstWord] on; returns the next number. */
    private fun addTokens(text: AlignedText, firstWord: Int, tokens: TokenList): Int {
        var word = firstWord
        added.inNormalizedText.split(
            text,
            onText = { from, to ->
                splitter.split(text, from, to) { start, end -> wordPiece.addTokens(text, start, end, word++, tokens) }
            },
            onToken = { id, from, to -> tokens.add(id, text.starts[from], text.ends[to - 1], word++) },
        )
        return word
    }

    public companion object {
        private const val UNKNOWN = "[UNK]"
        private const val PAIR_SPECIAL = 3
        private val SPECIAL_TOKENS = listOf(UNKNOWN, "[SEP]", "[PAD]", "[CLS]", "[MASK]")

        /**
         * Reads tokenizer.json in [directory], the folder `tokenizer` of a bundle.
         *
         * @throws InputException if it is not there, is damaged, or has a part that this library does not do
         */
        public fun read(directory: File): BertTokenizer {
            val file = File(directory, TokenizerFile.NAME)
            return BertTokenizer(file.path, TokenizerFile.read(file), UnicodeTable.instance)
        }
    }
}
