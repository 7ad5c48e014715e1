package org.squeezebert.edge.text.bundle

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * What a runtime loads: a file of the bundle, in one format, for one or several sequence lengths.
 *
 * @property backend what the file is written for; empty in bundles that are older than backends
 * @property sequenceLengths in tokens, ascending
 * @property inputs at the longest length
 * @property outputs at the longest length
 * @property functions which function serves which length, in a file with several; in others empty
 * @property minimumRuntime oldest version of each runtime, by its name, that is known to compute the artifact right
 * @property layerValues what the encoder's layers compute on one text; nothing on Android reads it
 */
@Serializable
public data class ArtifactInfo(
    val file: String,
    val sha256: String,
    val bytes: Long,
    val id: String,
    val format: String,
    val backend: String = "",
    val recipe: String,
    @SerialName("sequence_lengths") val sequenceLengths: List<Int>,
    val inputs: List<TensorSpec>,
    val outputs: List<TensorSpec>,
    val functions: List<FunctionSpec> = emptyList(),
    @SerialName("minimum_runtime") val minimumRuntime: Map<String, String>,
    val delegation: Delegation,
    val parity: Map<String, Double>,
    val accuracy: Map<String, Double>,
    @SerialName("layer_values") val layerValues: FileInfo? = null,
) {
    /** The file and its checksum. */
    public val fileInfo: FileInfo get() = FileInfo(file, sha256, bytes)

    /** This artifact as one for each of its lengths, ascending, each with the function that serves it. */
    public fun byLength(): List<ArtifactInfo> = if (functions.isEmpty()) {
        listOf(this)
    } else {
        functions.map {
            copy(
                sequenceLengths = listOf(it.sequenceLength),
                inputs = it.inputs,
                outputs = it.outputs,
                functions = listOf(it),
            )
        }
    }
}

/** Name, type and shape of one input or output; batch is always 1. */
@Serializable
public data class TensorSpec(val name: String, val dtype: ElementType, val shape: List<Int>) {
    /** Number of values. */
    public val size: Int get() = shape.fold(1, Int::times)
}

/** Type of a tensor's values. */
@Serializable
public enum class ElementType {
    @SerialName("int32")
    INT32,

    @SerialName("int64")
    INT64,

    @SerialName("float32")
    FLOAT32,
}

/** One function of a file that has several: the encoder at one length. */
@Serializable
public data class FunctionSpec(
    val name: String,
    @SerialName("sequence_length") val sequenceLength: Int,
    val inputs: List<TensorSpec>,
    val outputs: List<TensorSpec>,
)

/** How much of an artifact its accelerated backend runs, in operators of the artifact's file. */
@Serializable
public data class Delegation(
    @SerialName("delegated_ops") val delegatedOps: Int,
    @SerialName("other_ops") val otherOps: Int,
)
