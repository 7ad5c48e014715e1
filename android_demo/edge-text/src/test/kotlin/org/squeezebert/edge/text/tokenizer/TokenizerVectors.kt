package org.squeezebert.edge.text.tokenizer

import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import java.io.File

/** What the Python library gives, as tests/app_vectors/tokenizer.py writes it, for one tokenizer. */
class TokenizerVectors(name: String) {
    private val folder = File(folder(), name)

    val tokenizer: BertTokenizer = BertTokenizer.read(folder)

    fun encodings(check: (EncodingVector) -> Unit): Int = each("encodings.jsonl", EncodingVector.serializer(), check)

    fun windows(check: (WindowsVector) -> Unit): Int = each("windows.jsonl", WindowsVector.serializer(), check)

    fun decodings(check: (DecodingVector) -> Unit): Int = each("decodings.jsonl", DecodingVector.serializer(), check)

    private fun <T> each(file: String, serializer: KSerializer<T>, check: (T) -> Unit): Int =
        File(folder, file).useLines { lines ->
            lines.onEach { check(Json.decodeFromString(serializer, it)) }.count()
        }

    companion object {
        /** The folder of all tokenizers' vectors. */
        fun folder(): File {
            val vectors =
                System.getProperty("edge.vectors") ?: error("the system property edge.vectors names no folder")
            val folder = File(vectors, "tokenizer")
            check(folder.isDirectory) { "$folder is not there; write it: python -m tests.app_vectors $vectors" }
            return folder
        }
    }
}

@Serializable
data class EncodingVector(
    val texts: List<String>,
    val maxLength: Int,
    val count: Int,
    val ids: List<Int>,
    val types: List<Int>,
    val starts: List<Int>,
    val ends: List<Int>,
    val words: List<Int>,
    val truncated: Boolean,
) {
    val tokens: TokensVector get() = TokensVector(ids, types, starts, ends, words, truncated)
}

@Serializable
data class WindowsVector(
    val question: String,
    val context: String,
    val maxLength: Int,
    val stride: Int,
    val windows: List<TokensVector>,
)

@Serializable
data class DecodingVector(val ids: List<Int>, val tokens: List<String>, val text: String)

/** The content of an [Encoding], which compares by identity. */
@Serializable
data class TokensVector(
    val ids: List<Int>,
    val types: List<Int>,
    val starts: List<Int>,
    val ends: List<Int>,
    val words: List<Int>,
    val truncated: Boolean,
) {
    constructor(encoding: Encoding) : this(
        encoding.inputIds.asList(),
        encoding.tokenTypeIds.asList(),
        encoding.starts.asList(),
        encoding.ends.asList(),
        encoding.words.asList(),
        encoding.truncated,
    )
}
