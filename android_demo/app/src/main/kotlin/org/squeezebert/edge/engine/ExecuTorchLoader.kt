package org.squeezebert.edge.engine

import org.pytorch.executorch.Module
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.inference.Engine
import org.squeezebert.edge.text.inference.EngineLoader
import java.io.File

/**
 * Loads .pte files. Their weights are mapped into memory, not copied.
 *
 * An app has one object of this class, since ExecuTorch's threads are the process's.
 *
 * @property version of the library that the app is built with; a manifest's minimum_runtime is compared with it
 */
internal class ExecuTorchLoader(override val version: String) : EngineLoader {
    private val threadPool = ExecuTorchThreadPool()

    override val format: String = "executorch"
    override val runtimeName: String = "executorch"

    override fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine {
        threadPool.reserve(threads)
        var module: Module? = null
        try {
            module = withNativeLibrary("ExecuTorch $version") { open(file, threads) }
            return ExecuTorchEngine("$runtimeName $version", module, artifact) { threadPool.release() }
        } catch (error: Throwable) {
            module?.close()
            threadPool.release()
            throw error
        }
    }

    private fun open(file: File, threads: Int): Module {
        var module: Module? = null
        try {
            module = Module.load(file.path, Module.LOAD_MODE_MMAP, threads)
            // Otherwise the first run would load it, and be no run like the others.
            module.loadMethod(METHOD)
            return module
        } catch (error: Throwable) {
            module?.close()
            if (error !is RuntimeException) throw error
            throw InputException("$file: ExecuTorch cannot load it (${firstLine(error)}); build it again", error)
        }
    }
}
