package org.squeezebert.edge.text.tokenizer

import org.squeezebert.edge.text.InputException
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue

class BertTokenizerTest {
    private val tokenizer = SmallTokenizer.read()

    private fun tokens(vararg texts: String, maxLength: Int = 64): List<String> =
        tokenizer.encode(texts.asList(), maxLength).inputIds.map(tokenizer::token)

    /** What each token of a text stands for, without `[CLS]` and `[SEP]`. */
    private fun parts(text: String): List<String> {
        val encoding = tokenizer.encode(listOf(text), 64)
        return (1 until encoding.size - 1).map { text.substring(encoding.starts[it], encoding.ends[it]) }
    }

    @Test
    fun `a word is split into the longest pieces of the vocabulary`() {
        assertEquals(listOf("[CLS]", "the", "bank", "pay", "##s", "[SEP]"), tokens("the bank pays"))
    }

    @Test
    fun `a word with a part that the vocabulary lacks is unknown as a whole`() {
        assertEquals(listOf("[CLS]", "[UNK]", "the", "[SEP]"), tokens("bankzzz the"))
    }

    @Test
    fun `letters are lower-cased and lose their accents`() {
        assertEquals(listOf("[CLS]", "cafe", "istanbul", "angstrom", "[SEP]"), tokens("Café İstanbul ÅNGSTRÖM"))
    }

    @Test
    fun `an accent that is a character of its own goes too`() {
        assertEquals(listOf("[CLS]", "cafe", "[SEP]"), tokens("cafe\u0301"))
    }

    @Test
    fun `what is removed belongs to the token around it, and behind a token to none`() {
        assertEquals(listOf("ba\u0301nk", "the"), parts("ba\u0301nk the\u0301"))
    }

    @Test
    fun `each punctuation character is a word`() {
        assertEquals(listOf("[CLS]", "don", "'", "t", "!", "!", "[SEP]"), tokens("don't!!"))
    }

    @Test
    fun `each Chinese character is a word`() {
        assertEquals(listOf("[CLS]", "你", "好", "[SEP]"), tokens("你好"))
        assertContentEquals(intArrayOf(-1, 0, 1, -1), tokenizer.encode(listOf("你好"), 8).words)
    }

    @Test
    fun `control characters are as if they were not there`() {
        assertEquals(listOf("[CLS]", "bank", "[SEP]"), tokens("ba\u0000\u200dnk\uFFFD"))
    }

    @Test
    fun `every white space splits words`() {
        assertEquals(listOf("[CLS]", "a", "b", "a", "b", "[SEP]"), tokens("a\u3000b\na\u2028b"))
    }

    @Test
    fun `a word of 100 characters is split and one of 101 is unknown`() {
        assertEquals(102, tokens("a" + "b".repeat(99), maxLength = 200).size)
        assertEquals(listOf("[CLS]", "[UNK]", "[SEP]"), tokens("a" + "b".repeat(100), maxLength = 200))
    }

    @Test
    fun `special tokens in a text are found before it is lower-cased`() {
        assertEquals(listOf("[CLS]", "the", "[MASK]", "bank", "[SEP]"), tokens("the[MASK]bank"))
        assertEquals(listOf("[CLS]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"), tokens("[mask]"))
    }

    @Test
    fun `offsets count UTF-16 units, of which an emoji has two`() {
        val text = "\uD83D\uDE00 Pays  the!"

        assertEquals(listOf("\uD83D\uDE00", "Pay", "s", "the", "!"), parts(text))
        assertContentEquals(intArrayOf(0, 0, 3, 6, 9, 12, 0), tokenizer.encode(listOf(text), 16).starts)
    }

    @Test
    fun `half of a surrogate pair counts as the replacement character, which is cleaned away`() {
        assertEquals(listOf("[CLS]", "bank", "[SEP]"), tokens("ba\uD83Dnk\uDE00"))
    }

    @Test
    fun `the second text has type 1, and offsets and words of its own`() {
        val encoding = tokenizer.encode(listOf("pay", "the bill"), 16)

        assertEquals(listOf("[CLS]", "pay", "[SEP]", "the", "bill", "[SEP]"), encoding.inputIds.map(tokenizer::token))
        assertContentEquals(intArrayOf(0, 0, 0, 1, 1, 1), encoding.tokenTypeIds)
        assertContentEquals(intArrayOf(0, 0, 0, 0, 4, 0), encoding.starts)
        assertContentEquals(intArrayOf(-1, 0, -1, 0, 1, -1), encoding.words)
    }

    @Test
    fun `a text that does not fit is cut and its special tokens stay`() {
        assertEquals(listOf("[CLS]", "the", "bank", "[SEP]"), tokens("the bank pays", maxLength = 4))
        assertTrue(tokenizer.encode(listOf("the bank"), 3).truncated)
        assertFalse(tokenizer.encode(listOf("the bank"), 4).truncated)
    }

    @Test
    fun `of two texts the longer one is cut first`() {
        val cut = tokens("pay", "the bank the bank", maxLength = 6)

        assertEquals(listOf("[CLS]", "pay", "[SEP]", "the", "bank", "[SEP]"), cut)
    }

    @Test
    fun `two long texts are cut to one length, and the longer one keeps the odd token`() {
        val cut = tokens("a a a a", "b b b b b", maxLength = 8)

        assertEquals(listOf("[CLS]", "a", "a", "[SEP]", "b", "b", "b", "[SEP]"), cut)
    }

    @Test
    fun `counting is before any cut`() {
        assertEquals(42, tokenizer.count(listOf("the bank ".repeat(20))))
        assertEquals(5, tokenizer.count(listOf("the", "bank")))
    }

    @Test
    fun `too few tokens for the special ones are refused`() {
        val error = assertFailsWith<InputException> { tokenizer.encode(listOf("a", "b"), 2) }

        assertEquals("2 tokens are too few for 2 texts; 3 is the least", error.message)
    }

    @Test
    fun `an example of no text or of three is refused`() {
        assertFailsWith<InputException> { tokenizer.encode(emptyList(), 8) }
        assertFailsWith<InputException> { tokenizer.count(listOf("a", "a", "a")) }
    }

    @Test
    fun `an empty text has special tokens only`() {
        assertEquals(listOf("[CLS]", "[SEP]"), tokens(""))
    }

    @Test
    fun `decoding joins pieces and punctuation, and leaves special tokens out`() {
        assertEquals("the bank pays!", tokenizer.decode(tokenizer.encode(listOf("The bank pays!"), 16).inputIds))
    }

    @Test
    fun `an id outside of the vocabulary is unknown, and nothing when decoded`() {
        assertEquals("[UNK]", tokenizer.token(1_000_000))
        assertEquals("[UNK]", tokenizer.token(-1))
        assertEquals("the", tokenizer.decode(intArrayOf(5, 1_000_000)))
    }

    @Test
    fun `padding and mask have the vocabulary's ids`() {
        assertEquals(0, tokenizer.padId)
        assertEquals(4, tokenizer.maskId)
    }
}
