package org.squeezebert.edge.engine

import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.LiteRtException
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.inference.Engine
import org.squeezebert.edge.text.inference.EngineLoader
import java.io.File

/**
 * Loads .tflite files, for the CPU. LiteRT maps a file that it opens by its path.
 *
 * XNNPACK's own options stay as they are: with them LiteRT's compiled model computes every recipe to the last bit as
 * its interpreter does, which is what built and verified the file.
 *
 * @property version of the library that the app is built with; a manifest's minimum_runtime is compared with it
 */
internal class LiteRtLoader(override val version: String) : EngineLoader {
    override val format: String = "tflite"
    override val runtimeName: String = "ai-edge-litert"

    override fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine {
        val options = withNativeLibrary("LiteRT $version") { CompiledModel.Options(Accelerator.CPU) }
        options.cpuOptions = CompiledModel.CpuOptions(numThreads = threads)
        var model: CompiledModel? = null
        try {
            model = withNativeLibrary("LiteRT $version") { CompiledModel.create(file.path, options) }
            return LiteRtEngine("$runtimeName $version", model, artifact)
        } catch (error: Throwable) {
            model?.close()
            if (error !is LiteRtException) throw error
            throw InputException("$file: LiteRT cannot load it (${firstLine(error)}); build it again", error)
        }
    }
}
