package org.squeezebert.edge.text.tokenizer

import org.squeezebert.edge.text.InputException
import java.io.File
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

/** A tokenizer.json that cannot be read, or does what this library does not do, is refused in one line. */
class TokenizerFileTest {
    @Test
    fun `a folder without the file`() {
        SmallTokenizer.inFolder { folder ->
            val error = assertFailsWith<InputException> { BertTokenizer.read(folder) }

            assertOneLine(error, "tokenizer.json: cannot be read; a bundle's folder tokenizer has it")
        }
    }

    @Test
    fun `an empty file`() = assertRefused("", "not a tokenizer")

    @Test
    fun `a file that breaks off`() = assertRefused(SmallTokenizer.JSON.take(800), "not a tokenizer")

    @Test
    fun `a file that is not UTF-8`() {
        SmallTokenizer.inFolder { folder ->
            File(folder, "tokenizer.json").writeBytes(byteArrayOf('"'.code.toByte(), -1, '"'.code.toByte()))
            val error = assertFailsWith<InputException> { BertTokenizer.read(folder) }

            assertOneLine(error, "not UTF-8 text; copy the bundle again")
        }
    }

    @Test
    fun `a list instead of an object`() = assertRefused("[]", "not a tokenizer")

    @Test
    fun `another model`() = assertRefused(
        replaced("\"WordPiece\", \"unk_token\"", "\"BPE\", \"unk_token\""),
        "a model of type BPE is not supported",
    )

    @Test
    fun `another normalizer`() = assertRefused(
        replaced(SmallTokenizer.NORMALIZER, """{"type": "NFKC"}"""),
        "the normalizer NFKC is not supported",
    )

    @Test
    fun `another normalizer in a sequence`() = assertRefused(
        replaced(SmallTokenizer.NORMALIZER, """{"type": "Sequence", "normalizers": [{"type": "Replace"}]}"""),
        "the normalizer Replace is not supported",
    )

    @Test
    fun `a normalizer without a flag`() =
        assertRefused(replaced("\"clean_text\": true,", ""), "clean_text is missing or of the wrong type")

    @Test
    fun `another pre-tokenizer`() =
        assertRefused(replaced("BertPreTokenizer", "Whitespace"), "the pre_tokenizer Whitespace is not supported")

    @Test
    fun `no post-processor`() =
        assertRefused(replaced(SmallTokenizer.PROCESSOR, "null"), "the post_processor null is not supported")

    @Test
    fun `another post-processor`() =
        assertRefused(replaced("BertProcessing", "RobertaProcessing"), "the post_processor RobertaProcessing")

    @Test
    fun `a template that is not BERT's`() {
        val piece = """{"Sequence": {"id": "A", "type_id": 0}}"""
        val template = """"single": [$piece], "pair": [$piece], "special_tokens": {}"""
        val processor = """{"type": "TemplateProcessing", $template}"""

        assertRefused(
            replaced(SmallTokenizer.PROCESSOR, processor),
            "another template than BERT's is not supported",
        )
    }

    @Test
    fun `another decoder`() = assertRefused(
        replaced("""{"type": "WordPiece", "prefix"""", """{"type": "Metaspace", "prefix""""),
        "the decoder Metaspace is not supported",
    )

    @Test
    fun `a vocabulary without a special token`() {
        val json = SmallTokenizer.JSON.replace("[MASK]", "[mask]")

        assertRefused(json, "the vocabulary lacks [MASK]; a BERT vocabulary has them")
    }

    @Test
    fun `an unknown token that the vocabulary lacks`() = assertRefused(
        replaced("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"<unk>\""),
        "the vocabulary lacks the unknown token <unk>",
    )

    @Test
    fun `two added tokens that normalizing makes the same`() {
        val alike = listOf("Bank", "bank").joinToString { """{"content": "$it", "normalized": true}""" }

        assertRefused(
            replaced("\"added_tokens\": [", "\"added_tokens\": [$alike, "),
            "Bank and bank are found as the same",
        )
    }

    @Test
    fun `an added token of which normalizing leaves nothing`() {
        val nothing = """{"content": "\u0301", "normalized": true}"""

        assertRefused(replaced("\"added_tokens\": [", "\"added_tokens\": [$nothing, "), "nothing is left of")
    }

    @Test
    fun `a file without a normalizer leaves the text as it is`() {
        val tokenizer = SmallTokenizer.read(replaced(SmallTokenizer.NORMALIZER, "null"))

        assertEquals("[UNK]", tokenizer.token(tokenizer.encode(listOf("Bank"), 8).inputIds[1]))
    }

    private fun replaced(part: String, by: String): String {
        assertContains(SmallTokenizer.JSON, part)
        return SmallTokenizer.JSON.replace(part, by)
    }

    private fun assertRefused(json: String, message: String) =
        assertOneLine(assertFailsWith<InputException> { SmallTokenizer.read(json) }, message)

    private fun assertOneLine(error: InputException, message: String) {
        assertContains(error.message.orEmpty(), message)
        assertContains(error.message.orEmpty(), "tokenizer.json: ")
        assertEquals(1, error.message.orEmpty().lines().size, error.message)
    }
}
