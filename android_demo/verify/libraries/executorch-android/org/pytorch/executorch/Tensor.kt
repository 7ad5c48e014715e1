package org.pytorch.executorch

import java.nio.IntBuffer
import java.nio.LongBuffer

/** Numbers with a shape. */
abstract class Tensor internal constructor() {
    open val dataAsFloatArray: FloatArray get() = missing()

    companion object {
        @JvmStatic
        fun allocateIntBuffer(numElements: Int): IntBuffer = missing()

        @JvmStatic
        fun allocateLongBuffer(numElements: Int): LongBuffer = missing()

        @JvmStatic
        fun fromBlob(data: IntBuffer, shape: LongArray): Tensor = missing()

        @JvmStatic
        fun fromBlob(data: LongBuffer, shape: LongArray): Tensor = missing()
    }
}
