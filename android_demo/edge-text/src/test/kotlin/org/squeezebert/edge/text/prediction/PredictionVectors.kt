package org.squeezebert.edge.text.prediction

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.json.Json
import org.squeezebert.edge.text.tokenizer.Encoding
import java.io.File

/** One case of predictions.json, which `python -m tests.app_vectors` writes from `edge.predictions`. */
@Serializable
internal data class PredictionCase(
    val task: String,
    val text: String,
    @SerialName("top_k") val topK: Int,
    val expected: List<ExpectedPrediction>,
    val labels: List<String> = emptyList(),
    val logits: List<Float> = emptyList(),
    @SerialName("start_logits") val startLogits: List<Float> = emptyList(),
    @SerialName("end_logits") val endLogits: List<Float> = emptyList(),
    @SerialName("mask_id") val maskId: Int = -1,
    val encodings: List<EncodingDocument> = emptyList(),
)

@Serializable
internal data class ExpectedPrediction(val label: String, val score: Double, val start: Int?, val end: Int?)

@Serializable
internal data class EncodingDocument(
    @SerialName("input_ids") val inputIds: List<Int>,
    @SerialName("token_type_ids") val tokenTypeIds: List<Int>,
    val starts: List<Int>,
    val ends: List<Int>,
    val words: List<Int>,
    val truncated: Boolean,
) {
    fun toEncoding(): Encoding = Encoding(
        inputIds.toIntArray(),
        tokenTypeIds.toIntArray(),
        starts.toIntArray(),
        ends.toIntArray(),
        words.toIntArray(),
        truncated,
    )
}

/** A file of the vectors; fails if they have not been written. */
internal fun vectorFile(name: String): File {
    val folder = System.getProperty("edge.vectors")
    val file = File(folder ?: "the folder of the property edge.vectors", name)
    check(folder != null && file.exists()) { "$file is missing: write it with 'python -m tests.app_vectors FOLDER'" }
    return file
}

internal fun predictionCases(task: String): List<PredictionCase> = Json
    .decodeFromString(
        ListSerializer(PredictionCase.serializer()),
        vectorFile("predictions/predictions.json").readText(),
    )
    .filter { it.task == task }
    .also { check(it.isNotEmpty()) { "there are no cases of $task" } }
