package org.squeezebert.edge.text.tokenizer

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.intOrNull
import org.squeezebert.edge.text.InputException

/** Makes the parts of a tokenizer from its [file], and refuses by name what this library does not do. */
internal class TokenizerParts(
    private val path: String,
    private val file: TokenizerFile,
    private val table: UnicodeTable,
) {
    fun vocabulary(): Vocabulary {
        if (file.version != null && file.version != "1.0") refuse("version ${file.version}")
        if (file.model.type != TokenizerFile.WORD_PIECE) refuse("a model of type ${file.model.type}")
        val ids = file.model.vocab ?: damaged("model.vocab")
        if (ids.values.any { it < 0 }) damaged("model.vocab")
        return Vocabulary(ids, file.model.prefix ?: damaged("model.continuing_subword_prefix"))
    }

    fun wordPiece(vocabulary: Vocabulary): WordPiece {
        val token = file.model.unknownToken ?: damaged("model.unk_token")
        val id =
            vocabulary.id(token)
                ?: throw InputException(
                    "$path: the vocabulary lacks the unknown token $token; save the tokenizer again",
                )
        return WordPiece(vocabulary, id, file.model.longestWord ?: damaged("model.max_input_chars_per_word"))
    }

    fun addedVocabulary(vocabulary: Vocabulary, normalizer: Normalizer): AddedVocabulary = try {
        AddedVocabulary(file.addedTokens, vocabulary, normalizer, table)
    } catch (error: IllegalArgumentException) {
        throw InputException("$path: added_tokens: ${error.message}; save the tokenizer again", error)
    }

    fun normalizer(): Normalizer = file.normalizer?.let { normalizer(it) } ?: NoNormalizer

    fun checkPreTokenizer() {
        val type = file.preTokenizer?.let { type(it, "pre_tokenizer") }
        if (type != "BertPreTokenizer") refuse("the pre_tokenizer ${type ?: "null"}")
    }

    /** Ids of the special tokens before the first text and after each. */
    fun frame(): Frame {
        val processor = file.postProcessor ?: refuse("the post_processor null")
        return when (val type = type(processor, "post_processor")) {
            "BertProcessing" -> Frame(pairId(processor["cls"]), pairId(processor["sep"]))
            "TemplateProcessing" -> template(processor)
            else -> refuse("the post_processor $type")
        }
    }

    fun decoder(): WordPieceDecoder? {
        val decoder = file.decoder ?: return null
        val type = type(decoder, "decoder")
        if (type != TokenizerFile.WORD_PIECE) refuse("the decoder $type")
        return WordPieceDecoder(string(decoder["prefix"]) ?: damaged("decoder.prefix"), flag(decoder, "cleanup"))
    }

    private fun normalizer(part: JsonObject): Normalizer = when (val type = type(part, "normalizer")) {
        "BertNormalizer" -> {
            val lowercase = flag(part, "lowercase")
            BertNormalizer(
                table,
                cleanText = flag(part, "clean_text"),
                spaceIdeographs = flag(part, "handle_chinese_chars"),
                stripAccents = if (isNull(part["strip_accents"])) lowercase else flag(part, "strip_accents"),
                lowercase = lowercase,
            )
        }

        "NFD" -> CanonicalDecomposition(table)

        "Lowercase" -> Lowercase(table)

        "StripAccents" -> Removal(table, CharacterProperty.MARK)

        "Sequence" -> {
            val parts = part["normalizers"] as? JsonArray ?: damaged("normalizer.normalizers")
            NormalizerSequence(parts.map { normalizer(it as? JsonObject ?: damaged("normalizer.normalizers")) })
        }

        else -> refuse("the normalizer $type")
    }

    /** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, with 1 as the type of B and the last `[SEP]`. */
    private fun template(processor: JsonObject): Frame {
        val single = pieces(processor["single"])
        val pair = pieces(processor["pair"])
        val cls = single.firstOrNull()?.name.orEmpty()
        val sep = single.lastOrNull()?.name.orEmpty()
        val asBert = listOf(Piece(cls, 0, true), Piece("A", 0, false), Piece(sep, 0, true))
        if (single != asBert || pair != asBert + Piece("B", 1, false) + Piece(sep, 1, true)) {
            refuse("a post_processor with another template than BERT's")
        }
        val tokens = processor["special_tokens"] as? JsonObject ?: damaged("post_processor.special_tokens")
        return Frame(templateId(tokens, cls), templateId(tokens, sep))
    }

    private data class Piece(val name: String, val type: Int, val isSpecial: Boolean)

    private fun pieces(list: JsonElement?): List<Piece> =
        (list as? JsonArray ?: damaged("post_processor")).map { element ->
            val (kind, piece) = (element as? JsonObject)?.entries?.singleOrNull() ?: damaged("post_processor")
            val fields = piece as? JsonObject ?: damaged("post_processor")
            Piece(
                string(fields["id"]) ?: damaged("post_processor"),
                number(fields["type_id"]) ?: damaged("post_processor"),
                isSpecial = kind == "SpecialToken",
            )
        }

    private fun templateId(tokens: JsonObject, name: String): Int {
        val ids = (tokens[name] as? JsonObject)?.get("ids") as? JsonArray ?: damaged("post_processor.special_tokens")
        return number(ids.singleOrNull()) ?: refuse("a post_processor with another template than BERT's")
    }

    private fun pairId(pair: JsonElement?): Int =
        number((pair as? JsonArray)?.getOrNull(1)) ?: damaged("post_processor")

    private fun type(part: JsonObject, where: String): String = string(part["type"]) ?: damaged("$where.type")

    private fun flag(part: JsonObject, name: String): Boolean =
        (part[name] as? JsonPrimitive)?.booleanOrNull ?: damaged(name)

    private fun string(element: JsonElement?): String? = (element as? JsonPrimitive)?.contentOrNull

    private fun number(element: JsonElement?): Int? = (element as? JsonPrimitive)?.intOrNull

    private fun isNull(element: JsonElement?): Boolean = element == null || element == JsonNull

    private fun refuse(what: String): Nothing =
        throw InputException("$path: $what is not supported; take a model with BERT's own tokenizer")

    private fun damaged(what: String): Nothing =
        throw InputException("$path: $what is missing or of the wrong type; copy the bundle again")
}

/** Ids of the special tokens that every example has. */
internal data class Frame(val cls: Int, val sep: Int)
