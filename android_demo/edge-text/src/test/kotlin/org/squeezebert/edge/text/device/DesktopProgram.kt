package org.squeezebert.edge.text.device

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive
import org.squeezebert.edge.text.EdgeException
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.inference.Model
import org.squeezebert.edge.text.inference.ModelResult
import org.squeezebert.edge.text.inference.PythonRuntimes
import org.squeezebert.edge.text.inference.artifactsLike
import java.io.File

/**
 * What the app does, as a program on a desktop with real runtimes behind it; tests/android/test_device_work.py starts
 * it.
 *
 * ```
 * work REQUEST ANSWER       the benchmark of squeezebert-edge
 * describe ANSWER           the app's description
 * predict BUNDLE ARTIFACT   predictions: a JSON array of texts a line in, a line of JSON out
 * ```
 *
 * The system property `edge.runtimes` has the command of the runtimes' process, its words one a line.
 */
fun main(arguments: Array<String>) {
    PythonRuntimes(System.getProperty("edge.runtimes").lines()).use { runtimes ->
        val program = DeviceProgram("desktop-program 1.0", runtimes.loaders, Instruments(state = { DeviceState() }))
        when (arguments[0]) {
            "work" -> program.doWork(File(arguments[1]), File(arguments[2]))
            "describe" -> program.describe(File(arguments[1]))
            "predict" -> predict(runtimes, File(arguments[1]), arguments[2])
            else -> error("unknown word ${arguments[0]}")
        }
    }
}

@Serializable
private data class Said(
    val lengths: List<Int> = emptyList(),
    val predictions: List<SaidPrediction> = emptyList(),
    val embedding: List<Float> = emptyList(),
    val shape: List<Int> = emptyList(),
    val error: WorkError? = null,
)

@Serializable
private data class SaidPrediction(val label: String, val score: Double, val start: Int?, val end: Int?)

private fun predict(runtimes: PythonRuntimes, directory: File, artifact: String) {
    val bundle = Bundle.open(directory)
    val artifacts = artifactsLike(bundle.manifest, bundle.artifact(artifact), runtimes.loaders)
    Model(bundle, artifacts, runtimes.loaders, threads = 1).use { model ->
        val json = Json { encodeDefaults = true }
        generateSequence(::readlnOrNull).forEach { line ->
            val texts = json.parseToJsonElement(line).jsonArray.map { it.jsonPrimitive.content }
            val bytes = json.encodeToString(Said.serializer(), say(model, texts)) + "\n"
            System.out.write(bytes.toByteArray())
        }
        System.out.flush()
    }
}

private fun say(model: Model, texts: List<String>): Said {
    val result =
        try {
            model.predict(texts)
        } catch (error: EdgeException) {
            return Said(error = WorkError(error.type, error.message.orEmpty()))
        }
    val lengths = result.runs.map { it.sequenceLength }
    return when (result) {
        is ModelResult.Embedding -> Said(lengths, embedding = result.values.toList(), shape = result.shape)

        is ModelResult.Predictions ->
            Said(lengths, result.predictions.map { SaidPrediction(it.label, it.score, it.start, it.end) })
    }
}
