package org.squeezebert.edge.engine

import org.pytorch.executorch.EValue
import org.pytorch.executorch.Tensor
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.bundle.ElementType
import org.squeezebert.edge.text.bundle.TensorSpec
import java.nio.IntBuffer
import java.nio.LongBuffer

/** One input of a .pte, outside of the Java heap, where ExecuTorch reads it without a copy. */
internal interface InputTensor {
    /** What ExecuTorch is handed. */
    val argument: EValue

    /** Writes the values of one run. */
    fun fill(values: IntArray)
}

/**
 * The tensor of an input, of the manifest's type and shape.
 *
 * @throws ConversionException if its type is none of token ids
 */
internal fun inputTensor(spec: TensorSpec): InputTensor = when (spec.dtype) {
    ElementType.INT32 -> IntTensor(spec)

    ElementType.INT64 -> LongTensor(spec)

    ElementType.FLOAT32 -> throw ConversionException(
        "the .pte takes float32 for '${spec.name}', and token ids are integers; build the bundle again",
    )
}

private class IntTensor(spec: TensorSpec) : InputTensor {
    private val buffer: IntBuffer = Tensor.allocateIntBuffer(spec.size)
    override val argument: EValue = EValue.from(Tensor.fromBlob(buffer, spec.dimensions()))

    override fun fill(values: IntArray) {
        // A duplicate has a place of its own, so that every run writes from the start.
        buffer.duplicate().put(values)
    }
}

private class LongTensor(spec: TensorSpec) : InputTensor {
    private val buffer: LongBuffer = Tensor.allocateLongBuffer(spec.size)
    override val argument: EValue = EValue.from(Tensor.fromBlob(buffer, spec.dimensions()))

    override fun fill(values: IntArray) {
        buffer.duplicate().put(LongArray(values.size) { values[it].toLong() })
    }
}

private fun TensorSpec.dimensions(): LongArray = LongArray(shape.size) { shape[it].toLong() }
