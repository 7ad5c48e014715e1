package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Bundle

/**
 * Loads an artifact of one length, its checksum and its minimum runtime checked.
 *
 * @throws org.squeezebert.edge.text.EdgeException if it is damaged, cannot be run right here, or does not load
 */
internal fun loadEngine(bundle: Bundle, artifact: ArtifactInfo, loaders: List<EngineLoader>, threads: Int): Engine {
    whyNot(artifact, loaders)?.let { throw InputException(it) }
    return loaders.first { it.format == artifact.format }.load(bundle.artifactFile(artifact), artifact, threads)
}

/**
 * Runs one inference and checks that the outputs are those of the manifest.
 *
 * @throws ConversionException if one is missing or has another size
 */
internal fun runChecked(
    engine: Engine,
    artifact: ArtifactInfo,
    inputs: Map<String, IntArray>,
): Map<String, FloatArray> {
    val outputs = engine.run(inputs)
    for (spec in artifact.outputs) {
        val size = outputs[spec.name]?.size
        if (size != spec.size) {
            throw ConversionException(
                "${artifact.id}: ${engine.runtime} returned ${size ?: "no"} values for '${spec.name}', not" +
                    " ${spec.size}; build the bundle again",
            )
        }
    }
    return outputs
}
