package org.squeezebert.edge.text.bundle

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** A bundle of artifacts that no runtime reads, written to an empty folder: what the code around the runtimes needs. */
internal class SmallBundle(
    val directory: File,
    private val task: String = "text-classification",
    private val labels: List<String> = listOf("no", "yes"),
    private val artifacts: List<ArtifactInfo> = listOf(artifact("tflite-fp32-8", "tflite", 8)),
) {
    /** Two examples of one length with a token for each position up to 3; their references are 0.5, -1, 0.5, -1. */
    private fun writeGolden(length: Int) {
        val row = { offset: Int ->
            json(
                "texts" to JsonArray(listOf(JsonPrimitive("a b"))),
                "input_ids" to numbers(2, 5, 3),
                "token_type_ids" to numbers(0, 0, 0),
                "positions" to JsonNull,
                "outputs" to json("logits" to json("offset" to JsonPrimitive(offset), "shape" to numbers(2))),
            )
        }
        val index =
            json(
                "sequence_length" to JsonPrimitive(length),
                "pad_id" to JsonPrimitive(0),
                "data" to JsonPrimitive("$length.f32"),
                "rows" to JsonArray(listOf(row(0), row(2))),
            )
        file("golden/$length.json").writeText(index.toString())
        val bytes = ByteBuffer.allocate(4 * Float.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN)
        REFERENCES.forEach { bytes.putFloat(it) }
        file("golden/$length.f32").writeBytes(bytes.array())
    }

    /** Writes all files; the tokenizer is the folder that the vectors of predictions were made with, if given. */
    fun write(tokenizer: File? = null): SmallBundle {
        for (artifact in artifacts) file(artifact.file).writeText("the model ${artifact.id}")
        val lengths = artifacts.flatMap { it.sequenceLengths }.distinct()
        lengths.forEach(::writeGolden)
        file("tokenizer/tokenizer.json").writeText(tokenizer?.resolve("tokenizer.json")?.readText() ?: "{}")
        val manifest =
            Manifest(
                schemaVersion = MANIFEST_VERSION,
                model = ModelInfo("small", task, labels, 4, 1, mapOf("q" to 1), 100, "0"),
                tokenizer = TokenizerInfo("BertTokenizer", "tokenizer", 10, true, mapOf("pad" to 0)),
                vocabularyPruning = null,
                maxLength = lengths.max(),
                artifacts = artifacts.map { it.copy(sha256 = sha256(file(it.file)), bytes = file(it.file).length()) },
                golden = lengths.flatMap { listOf(info("golden/$it.json"), info("golden/$it.f32")) },
                tokenizerFiles = listOf(info("tokenizer/tokenizer.json")),
                quantization = emptyList(),
                targets = emptyMap(),
                toolchain = emptyMap(),
                samples = SamplesInfo(0, 1, 1, "0"),
            )
        file(MANIFEST).writeText(StrictJson.encodeToString(Manifest.serializer(), manifest))
        return this
    }

    fun file(name: String): File = File(directory, name).also { it.parentFile.mkdirs() }

    private fun info(name: String): FileInfo = FileInfo(name, sha256(file(name)), file(name).length())

    companion object {
        val REFERENCES: List<Float> = listOf(0.5f, -1f, 0.5f, -1f)

        fun artifact(
            id: String,
            format: String,
            length: Int,
            recipe: String = "fp32",
            backend: String = "xnnpack",
            outputs: Map<String, List<Int>> = mapOf("logits" to listOf(1, 2)),
            minimumRuntime: Map<String, String> = mapOf("ai-edge-litert" to "1.0.1", "executorch" to "1.5.1"),
        ): ArtifactInfo = ArtifactInfo(
            file = "$format/$id.model",
            sha256 = "",
            bytes = 0,
            id = id,
            format = format,
            backend = backend,
            recipe = recipe,
            sequenceLengths = listOf(length),
            inputs =
            listOf("input_ids", "attention_mask", "token_type_ids").map {
                TensorSpec(it, ElementType.INT32, listOf(1, length))
            },
            outputs = outputs.map { (name, shape) -> TensorSpec(name, ElementType.FLOAT32, shape) },
            minimumRuntime = minimumRuntime,
            delegation = Delegation(1, 0),
            parity = mapOf("cosine" to 1.0),
            accuracy = emptyMap(),
        )

        private fun json(vararg properties: Pair<String, JsonElement>): JsonObject = JsonObject(properties.toMap())

        private fun numbers(vararg values: Int): JsonArray = JsonArray(values.map { JsonPrimitive(it) })
    }
}
