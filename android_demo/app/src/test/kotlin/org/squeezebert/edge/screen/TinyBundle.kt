package org.squeezebert.edge.screen

import kotlinx.serialization.json.Json
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Delegation
import org.squeezebert.edge.text.bundle.ElementType
import org.squeezebert.edge.text.bundle.FileInfo
import org.squeezebert.edge.text.bundle.MANIFEST
import org.squeezebert.edge.text.bundle.Manifest
import org.squeezebert.edge.text.bundle.ModelInfo
import org.squeezebert.edge.text.bundle.SamplesInfo
import org.squeezebert.edge.text.bundle.TensorSpec
import org.squeezebert.edge.text.bundle.TokenizerInfo
import java.io.File
import java.security.MessageDigest

private const val LENGTH = 16

private val JSON = Json { encodeDefaults = true }

/** One example, whose two logits are zero. */
private const val GOLDEN =
    """{"sequence_length": 16, "pad_id": 0, "data": "16.f32", "rows": [{"texts": ["yes"], "input_ids": [2, 7, 3],
        "token_type_ids": [0, 0, 0], "positions": null, "outputs": {"logits": {"offset": 0, "shape": [2]}}}]}"""

/**
 * Writes a bundle of a classifier with labels "no" and "yes" to [directory]: its tokenizer is real, its artifacts are
 * for [FormulaLoader].
 *
 * @param minimumRuntime of each artifact, by id
 */
internal fun writeTinyBundle(directory: File, minimumRuntime: Map<String, String> = mapOf("tflite-fp32-16" to "1.0")) {
    fun info(name: String, content: ByteArray): FileInfo {
        val file = File(directory, name)
        file.parentFile.mkdirs()
        file.writeBytes(content)
        return FileInfo(name, sha256(content), content.size.toLong())
    }
    val tokenizer = File(System.getProperty("edge.vectors"), "predictions/tokenizer.json")
    check(tokenizer.isFile) { "$tokenizer is missing: write it with 'python -m tests.app_vectors FOLDER'" }
    val manifest =
        Manifest(
            schemaVersion = 1,
            model = ModelInfo("tiny", "text-classification", listOf("no", "yes"), 4, 1, mapOf("q" to 1), 100, "0"),
            tokenizer = TokenizerInfo("BertTokenizer", "tokenizer", 10, true, mapOf("pad" to 0)),
            vocabularyPruning = null,
            maxLength = LENGTH,
            artifacts = minimumRuntime.map { (id, needed) ->
                artifact(id, info("tflite/$id.tflite", id.toByteArray()), needed)
            },
            golden =
            listOf(
                info("golden/$LENGTH.json", GOLDEN.toByteArray()),
                info("golden/$LENGTH.f32", ByteArray(8)),
            ),
            tokenizerFiles = listOf(info("tokenizer/tokenizer.json", tokenizer.readBytes())),
            quantization = emptyList(),
            targets = emptyMap(),
            toolchain = emptyMap(),
            samples = SamplesInfo(0, 1, 1, "0"),
        )
    File(directory, MANIFEST).writeText(JSON.encodeToString(Manifest.serializer(), manifest))
}

private fun artifact(id: String, file: FileInfo, minimumRuntime: String): ArtifactInfo = ArtifactInfo(
    file = file.file,
    sha256 = file.sha256,
    bytes = file.bytes,
    id = id,
    format = "tflite",
    backend = "xnnpack",
    recipe = id.removePrefix("tflite-").removeSuffix("-$LENGTH"),
    sequenceLengths = listOf(LENGTH),
    inputs = listOf("input_ids", "attention_mask").map { TensorSpec(it, ElementType.INT32, listOf(1, LENGTH)) },
    outputs = listOf(TensorSpec("logits", ElementType.FLOAT32, listOf(1, 2))),
    minimumRuntime = mapOf("ai-edge-litert" to minimumRuntime),
    delegation = Delegation(1, 0),
    parity = emptyMap(),
    accuracy = emptyMap(),
)

private fun sha256(content: ByteArray): String =
    MessageDigest.getInstance("SHA-256").digest(content).joinToString("") { "%02x".format(it) }
