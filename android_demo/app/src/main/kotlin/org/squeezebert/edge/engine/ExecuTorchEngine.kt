package org.squeezebert.edge.engine

import org.pytorch.executorch.EValue
import org.pytorch.executorch.Module
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.inference.Engine

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
    // The same ones for every run.
    private val tensors: List<InputTensor> = artifact.inputs.map(::inputTensor)
    private val arguments: Array<EValue> = tensors.map { it.argument }.toTypedArray()
    private var open = true

    override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> {
        artifact.inputs.forEachIndexed { index, spec ->
            tensors[index].fill(inputs.getValue(spec.name))
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
}
