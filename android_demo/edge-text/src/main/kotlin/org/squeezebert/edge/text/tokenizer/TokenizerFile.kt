package org.squeezebert.edge.text.tokenizer

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.readUtf8
import java.io.File
import java.io.IOException
import java.nio.charset.CharacterCodingException

/** What tokenizer.json says, as far as the ids of a BERT model depend on it. */
@Serializable
internal class TokenizerFile(
    val version: String? = null,
    @SerialName("added_tokens") val addedTokens: List<AddedToken> = emptyList(),
    val normalizer: JsonObject? = null,
    @SerialName("pre_tokenizer") val preTokenizer: JsonObject? = null,
    @SerialName("post_processor") val postProcessor: JsonObject? = null,
    val decoder: JsonObject? = null,
    val model: Model,
) {
    /** The model's part. */
    @Serializable
    class Model(
        val type: String = WORD_PIECE,
        @SerialName("unk_token") val unknownToken: String? = null,
        @SerialName("continuing_subword_prefix") val prefix: String? = null,
        @SerialName("max_input_chars_per_word") val longestWord: Int? = null,
        val vocab: Map<String, Int>? = null,
    )

    companion object {
        const val NAME: String = "tokenizer.json"
        const val WORD_PIECE: String = "WordPiece"

        private val json = Json { ignoreUnknownKeys = true }

        /**
         * Reads [file].
         *
         * @throws InputException if it is not there, or not a tokenizer's file
         */
        fun read(file: File): TokenizerFile {
            val text =
                try {
                    readUtf8(file)
                } catch (error: CharacterCodingException) {
                    throw InputException("$file: not UTF-8 text; copy the bundle again", error)
                } catch (error: IOException) {
                    throw InputException("$file: cannot be read; a bundle's folder tokenizer has it", error)
                }
            return try {
                json.decodeFromString(serializer(), text)
            } catch (error: IllegalArgumentException) {
                val reason = error.message.orEmpty().lineSequence().first()
                throw InputException("$file: not a tokenizer ($reason); copy the bundle again", error)
            }
        }
    }
}
