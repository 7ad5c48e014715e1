package org.squeezebert.edge.text.device

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Golden
import org.squeezebert.edge.text.bundle.GoldenExample
import org.squeezebert.edge.text.inference.Engine
import org.squeezebert.edge.text.inference.padInputs
import org.squeezebert.edge.text.inference.runChecked

/** The inputs of each golden example, padded to the artifact's length. */
internal fun feeds(golden: Golden, artifact: ArtifactInfo): List<Map<String, IntArray>> =
    golden.examples.map { padInputs(it.inputIds, it.tokenTypeIds, artifact, golden.padId) }

/**
 * The outputs of the golden examples, at the positions of their references.
 *
 * @throws org.squeezebert.edge.text.EdgeException if they have other shapes than the references, or the runtime fails
 */
internal fun goldenOutputs(
    engine: Engine,
    artifact: ArtifactInfo,
    golden: Golden,
    feeds: List<Map<String, IntArray>>,
): List<Map<String, FloatArray>> = golden.examples.zip(feeds) { example, feed ->
    if (Thread.interrupted()) throw InterruptedException("the golden examples were cancelled")
    val outputs = runChecked(engine, artifact, feed)
    example.outputs.mapValues { (name, reference) ->
        val found = outputs[name]?.let { atPositions(it, rowSize(artifact, name), example) }
        if (found?.size != reference.size) {
            throw InputException(
                "${artifact.id}: its output '$name' has another shape than the golden vectors'; build the bundle again",
            )
        }
        found
    }
}

/** Values of one position, where an output has one row for each. */
private fun rowSize(artifact: ArtifactInfo, name: String): Int = artifact.outputs
    .first { it.name == name }
    .shape
    .drop(2)
    .fold(1, Int::times)

private fun atPositions(values: FloatArray, rowSize: Int, example: GoldenExample): FloatArray {
    val positions = example.positions ?: return values
    val selected = FloatArray(positions.size * rowSize)
    positions.forEachIndexed { index, position ->
        if ((position + 1) * rowSize <= values.size) {
            values.copyInto(selected, index * rowSize, position * rowSize, (position + 1) * rowSize)
        } else {
            return FloatArray(0)
        }
    }
    return selected
}
