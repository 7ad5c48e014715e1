package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.bundle.ArtifactInfo
import java.io.File

/** An artifact at one length, loaded into a runtime. One thread at a time. */
public interface Engine : AutoCloseable {
    /** Name and version of what computes, for example `executorch 1.5.1`. */
    public val runtime: String

    /**
     * Runs one inference.
     *
     * @param inputs values of each input of the artifact by the manifest's names, row-major, of the manifest's shapes
     * @return values of each output by the manifest's names, row-major
     */
    public fun run(inputs: Map<String, IntArray>): Map<String, FloatArray>
}

/** What loads artifacts of one format. */
public interface EngineLoader {
    /** The format, as manifest.json names it: `executorch`, `tflite`. */
    public val format: String

    /** The runtime's name in minimum_runtime: `executorch`, `ai-edge-litert`. */
    public val runtimeName: String

    /** The runtime's version. */
    public val version: String

    /**
     * Loads an artifact.
     *
     * @param artifact of one length; the last of its functions, if it has any, is the one to load
     * @param threads CPU threads of one inference
     * @throws org.squeezebert.edge.text.EdgeException if the runtime cannot load it
     */
    public fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine
}
