package org.squeezebert.edge.engine

import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.LiteRtException
import com.google.ai.edge.litert.TensorBuffer
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.inference.Engine

/**
 * A loaded .tflite. Inputs and outputs are found by the names that the file's first signature gives them; the order in
 * the file does not matter.
 *
 * @param model closed with the engine, and left open where the engine cannot be made
 * @throws LiteRtException if the file lacks one of the manifest's inputs or outputs
 */
internal class LiteRtEngine(
    override val runtime: String,
    private val model: CompiledModel,
    private val artifact: ArtifactInfo,
) : Engine {
    private val inputs: Map<String, TensorBuffer>
    private val outputs: Map<String, TensorBuffer>

    init {
        val made = mutableListOf<TensorBuffer>()
        try {
            inputs = artifact.inputs.associate { it.name to model.createInputBuffer(it.name).also(made::add) }
            outputs = artifact.outputs.associate { it.name to model.createOutputBuffer(it.name).also(made::add) }
        } catch (error: Throwable) {
            made.forEach { it.close() }
            throw error
        }
    }

    override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> = try {
        this.inputs.forEach { (name, buffer) -> buffer.writeInt(inputs.getValue(name)) }
        model.run(this.inputs, outputs)
        outputs.mapValues { (_, buffer) -> buffer.readFloat() }
    } catch (error: LiteRtException) {
        throw ConversionException(
            "${artifact.id}: LiteRT cannot run it (${firstLine(error)}); build it again",
            error,
        )
    }

    override fun close() {
        (inputs.values + outputs.values).forEach { it.close() }
        model.close()
    }
}
