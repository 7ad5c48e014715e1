package com.google.ai.edge.litert

/** Memory of an input or an output. */
class TensorBuffer internal constructor() : JniHandle() {
    @Throws(LiteRtException::class)
    fun writeInt(data: IntArray): Unit = missing()

    @Throws(LiteRtException::class)
    fun readFloat(): FloatArray = missing()
}
