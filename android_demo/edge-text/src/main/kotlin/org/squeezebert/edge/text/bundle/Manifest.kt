package org.squeezebert.edge.text.bundle

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** The version of manifest.json that these classes read. */
public const val MANIFEST_VERSION: Int = 1

/**
 * manifest.json of a bundle: docs/manifest.schema.json, property for property.
 *
 * @property targets id of the artifact that suits each target best, by target
 * @property targetThreads CPU threads that one inference is fastest with, by target
 */
@Serializable
public data class Manifest(
    @SerialName("schema_version") val schemaVersion: Int,
    val model: ModelInfo,
    val tokenizer: TokenizerInfo,
    @SerialName("vocabulary_pruning") val vocabularyPruning: VocabularyPruningInfo?,
    @SerialName("max_length") val maxLength: Int,
    val artifacts: List<ArtifactInfo>,
    val golden: List<FileInfo>,
    @SerialName("tokenizer_files") val tokenizerFiles: List<FileInfo>,
    val quantization: List<FileInfo>,
    val targets: Map<String, String>,
    @SerialName("target_threads") val targetThreads: Map<String, Int> = emptyMap(),
    val toolchain: Map<String, String>,
    val samples: SamplesInfo,
)

/**
 * What was trained.
 *
 * @property groups groups of each position-wise layer
 */
@Serializable
public data class ModelInfo(
    val name: String,
    val task: String,
    val labels: List<String>,
    @SerialName("hidden_size") val hiddenSize: Int,
    val layers: Int,
    val groups: Map<String, Int>,
    val parameters: Long,
    @SerialName("source_sha256") val sourceSha256: String,
)

/**
 * How texts become token ids.
 *
 * @property directory folder of the tokenizer's files in the bundle
 * @property specialTokens token ids of unk, sep, pad, cls and mask
 */
@Serializable
public data class TokenizerInfo(
    @SerialName("tokenizer_class") val tokenizerClass: String,
    val directory: String,
    @SerialName("vocab_size") val vocabularySize: Int,
    val lowercase: Boolean,
    @SerialName("special_tokens") val specialTokens: Map<String, Int>,
)

/** How much of the vocabulary was kept, and how the same texts are split before and after. */
@Serializable
public data class VocabularyPruningInfo(
    @SerialName("tokens_before") val tokensBefore: Int,
    @SerialName("tokens_after") val tokensAfter: Int,
    @SerialName("unknown_rate_before") val unknownRateBefore: Double,
    @SerialName("unknown_rate_after") val unknownRateAfter: Double,
    @SerialName("tokens_per_text_before") val tokensPerTextBefore: Double,
    @SerialName("tokens_per_text_after") val tokensPerTextAfter: Double,
    @SerialName("whole_words_before") val wholeWordsBefore: Double,
    @SerialName("whole_words_after") val wholeWordsAfter: Double,
    @SerialName("measured_texts") val measuredTexts: Int,
    @SerialName("held_out") val heldOut: Boolean,
    @SerialName("corpus_sha256") val corpusSha256: String,
)

/** Which texts calibrated and verified the artifacts. */
@Serializable
public data class SamplesInfo(
    val seed: Long,
    @SerialName("calibration_rows") val calibrationRows: Int,
    @SerialName("verification_rows") val verificationRows: Int,
    @SerialName("source_sha256") val sourceSha256: String,
)

/**
 * A file of the bundle and its checksum.
 *
 * @property file relative to the bundle's folder
 * @property sha256 hexadecimal
 */
@Serializable
public data class FileInfo(val file: String, val sha256: String, val bytes: Long)
