package org.squeezebert.edge.screen

import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.inference.Engine
import org.squeezebert.edge.text.inference.EngineLoader
import java.io.File

/**
 * Engines that compute by a formula: each value of an output is its place. No runtime has libraries for a desktop's
 * JVM.
 *
 * @param beforeRun called before each inference
 */
internal class FormulaLoader(private val beforeRun: () -> Unit = {}) : EngineLoader {
    override val format: String = "tflite"
    override val runtimeName: String = "ai-edge-litert"
    override val version: String = "2.3.0"

    /** How many engines are loaded and not closed. */
    @Volatile
    var open: Int = 0

    /** The most that were open at a time. */
    @Volatile
    var mostOpen: Int = 0

    override fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine {
        open++
        mostOpen = maxOf(mostOpen, open)
        return object : Engine {
            override val runtime: String = "$runtimeName $version"

            override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> {
                beforeRun()
                return artifact.outputs.associate { spec -> spec.name to FloatArray(spec.size) { it.toFloat() } }
            }

            override fun close() {
                open--
            }
        }
    }
}
