package org.squeezebert.edge.engine

import org.pytorch.executorch.EValue
import org.pytorch.executorch.Module
import org.pytorch.executorch.Tensor
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.TensorSpec
import org.squeezebert.edge.text.inference.Engine
import java.nio.IntBuffer

/** The method of a .pte that squeezebert-edge writes. */
internal const val METHOD = "forward"

/**
 * A loaded .pte. Its inputs and outputs have places and no names, so the manifest's order is theirs.
 *
 * @param onClose called once the module is gone
 */
internal class ExecuTorchEngine(
    override val runtime: String,
    private val module: Module,
    private val artifact: ArtifactInfo,
    private val onClose: () -> Unit,
) : Engine {
    // Outside of the Java heap, where ExecuTorch reads them without a copy; the same ones for every run.
    private val buffers: List<IntBuffer> = artifact.inputs.map { Tensor.allocateIntBuffer(it.size) }
    private val arguments: Array<EValue> =
        artifact.inputs
            .zip(buffers) { spec, buffer -> EValue.from(Tensor.fromBlob(buffer, spec.dimensions())) }
            .toTypedArray()
    private var open = true

    override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> {
        artifact.inputs.forEachIndexed { index, spec ->
            // A duplicate has a place of its own, so that every run writes from the start.
            buffers[index].duplicate().put(inputs.getValue(spec.name))
        }
        try {
            val results = module.execute(METHOD, *arguments)
            check(results.size == artifact.outputs.size) {
                "it has ${results.size} outputs, not ${artifact.outputs.size}"
            }
            return artifact.outputs.zip(results).associate { (spec, value) ->
                spec.name to value.toTensor().dataAsFloatArray
            }
        } catch (error: RuntimeException) {
            throw ConversionException(
                "${artifact.id}: ExecuTorch cannot run it (${firstLine(error)}); build it again",
                error,
            )
        }
    }

    override fun close() {
        if (!open) return
        open = false
        module.close()
        onClose()
    }

    private fun TensorSpec.dimensions(): LongArray = LongArray(shape.size) { shape[it].toLong() }
}
