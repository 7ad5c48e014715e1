package org.pytorch.executorch

import java.nio.IntBuffer

/** Numbers with a shape. */
abstract class Tensor internal constructor() {
    open val dataAsFloatArray: FloatArray get() = missing()

    companion object {
        @JvmStatic
        fun allocateIntBuffer(numElements: Int): IntBuffer = missing()

        @JvmStatic
        fun fromBlob(data: IntBuffer, shape: LongArray): Tensor = missing()
    }
}
