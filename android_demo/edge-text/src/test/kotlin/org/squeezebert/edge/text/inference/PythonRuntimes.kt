package org.squeezebert.edge.text.inference

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.float
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.StrictJson
import java.io.File

/**
 * The real runtimes, in a Python process: no runtime has libraries for a desktop's JVM. A line of JSON in, one out, as
 * tests/laboratory/served_runtimes.py describes.
 */
internal class PythonRuntimes(command: List<String>) : AutoCloseable {
    private val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val questions = process.outputStream.bufferedWriter()
    private val answers = process.inputStream.bufferedReader()
    private val versions: JsonObject = answer()

    /** Loaders of both formats, with the versions of the runtimes that are there. */
    val loaders: List<EngineLoader> = listOf(Loader("executorch", "executorch"), Loader("tflite", "ai-edge-litert"))

    override fun close() {
        questions.close()
        process.waitFor()
    }

    private fun ask(vararg properties: Pair<String, JsonElement>): JsonObject {
        questions.write(JsonObject(properties.toMap()).toString())
        questions.newLine()
        questions.flush()
        return answer()
    }

    private fun answer(): JsonObject {
        val line = answers.readLine() ?: throw ConversionException("the runtimes' process ended")
        val answer = StrictJson.parseToJsonElement(line).jsonObject
        answer["error"]?.let { throw ConversionException(it.jsonPrimitive.content) }
        return answer
    }

    private inner class Loader(override val format: String, override val runtimeName: String) : EngineLoader {
        override val version: String get() = versions.getValue(runtimeName).jsonPrimitive.content

        override fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine {
            val document = StrictJson.encodeToJsonElement(ArtifactInfo.serializer(), artifact)
            val loaded =
                ask("load" to document, "file" to JsonPrimitive(file.path), "threads" to JsonPrimitive(threads))
            val handle = JsonPrimitive(loaded.getValue("handle").jsonPrimitive.int)
            return object : Engine {
                override val runtime: String = loaded.getValue("runtime").jsonPrimitive.content

                override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> {
                    val values = inputs.mapValues { (_, ids) -> JsonArray(ids.map { JsonPrimitive(it) }) }
                    return ask("run" to handle, "inputs" to JsonObject(values)).mapValues { (_, numbers) ->
                        numbers.jsonArray.map { it.jsonPrimitive.float }.toFloatArray()
                    }
                }

                override fun close() {
                    ask("close" to handle)
                }
            }
        }
    }
}
