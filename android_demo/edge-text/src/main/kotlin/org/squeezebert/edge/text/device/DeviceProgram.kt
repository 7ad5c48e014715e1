package org.squeezebert.edge.text.device

import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.EdgeException
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.bundle.writeOutputs
import org.squeezebert.edge.text.inference.EngineLoader
import org.squeezebert.edge.text.inference.loadEngine
import java.io.File
import java.io.IOException

/**
 * The app as a device program of `squeezebert-edge bench`: one request in, one answer out, both JSON files.
 *
 * @param program name and version of the app: `squeezebert-edge-android 0.1.0`
 * @param loaders all that the app has
 */
public class DeviceProgram(
    private val program: String,
    private val loaders: List<EngineLoader>,
    private val instruments: Instruments,
) {
    /**
     * Does what [request] asks for and writes the [Answer], whatever happens: an error of any kind is written too.
     *
     * @param request a [WorkRequest]; a relative bundle is relative to its folder
     * @param answer file to write, whole or not at all; relative outputs are relative to its folder, and complete
     * before it is there
     * @return what was written
     * @throws DeviceException if the answer cannot be written
     */
    public fun doWork(request: File, answer: File): Answer {
        val document =
            try {
                Answer(result = work(request, answer))
            } catch (error: EdgeException) {
                failure(error.type, error.message.orEmpty())
            } catch (error: InterruptedException) {
                Thread.currentThread().interrupt()
                failure(DEVICE_ERROR, "the app was stopped before it was done (${error.message}); start it again")
            } catch (error: Throwable) {
                // Out of memory, a library that is missing, a runtime that fails: nobody but the answer says it.
                failure(
                    DEVICE_ERROR,
                    "the app failed: ${error.javaClass.name}: ${error.message ?: "it does not say why"}",
                )
            }
        writeWhole(document, Answer.serializer(), answer)
        return document
    }

    /**
     * Writes the [AppDescription] to [answer], whole or not at all.
     *
     * @return what was written
     * @throws DeviceException if it cannot be written
     */
    public fun describe(answer: File): AppDescription {
        val description =
            AppDescription(program = program, runtimes = loaders.associate { it.runtimeName to it.version })
        writeWhole(description, AppDescription.serializer(), answer)
        return description
    }

    /**
     * Writes to [answer] that the work ended early, unless an answer is there already. Any thread may call it, also
     * while another one does the work.
     *
     * @param message what is wrong and what to do
     * @throws DeviceException if it cannot be written
     */
    public fun fail(message: String, answer: File) {
        if (!answer.exists()) writeWhole(failure(DEVICE_ERROR, message), Answer.serializer(), answer)
    }

    private fun work(requestFile: File, answer: File): WorkResult {
        val request = readRequest(requestFile)
        val bundle = Bundle.open(requestFile.absoluteFile.resolveSibling(request.bundle))
        val artifact = atLength(bundle.artifact(request.artifact), request.sequenceLength)
        val golden = bundle.golden(request.sequenceLength)
        val feeds = feeds(golden, artifact)
        // The first load pays for loading the runtime's library; the second is what an app sees.
        loadEngine(bundle, artifact, loaders, request.threads).close()
        val (loaded, loadMs) =
            Stopwatch(instruments.clock).time { loadEngine(bundle, artifact, loaders, request.threads) }
        return loaded.use { engine ->
            val timing =
                request.measurement?.let { rule ->
                    measure(rule, instruments) { engine.run(feeds.first()) }
                }
            val outputs =
                request.outputs?.let { name ->
                    goldenOutputs(engine, artifact, golden, feeds).also { found ->
                        writeBeside(answer, name) { writeOutputs(golden, found, it) }
                    }
                }
            WorkResult(
                program = program,
                runtime = engine.runtime,
                artifact = artifact.id,
                sequenceLength = request.sequenceLength,
                threads = request.threads,
                cores = request.cores,
                loadMs = loadMs,
                worstCosine = outputs?.let { worstCosine(golden.examples.map { it.outputs }, outputs) },
                timing = timing,
            )
        }
    }

    private fun writeBeside(answer: File, name: String, write: (File) -> Unit) {
        val file = answer.absoluteFile.resolveSibling(name)
        try {
            write(file)
        } catch (error: IOException) {
            throw DeviceException("$file: cannot be written (${error.message}); make room on the device", error)
        }
    }

    private fun failure(type: String, message: String): Answer =
        Answer(error = WorkError(type, message.lines().map(String::trim).filter(String::isNotEmpty).joinToString(" ")))

    private companion object {
        const val DEVICE_ERROR = "DeviceError"
    }
}
