package org.pytorch.executorch

import java.io.Closeable

/** A program and its weights. */
open class Module private constructor() : Closeable {
    open fun execute(methodName: String, vararg inputs: EValue): Array<EValue> = missing()

    open fun loadMethod(methodName: String): Unit = missing()

    override fun close(): Unit = missing()

    companion object {
        const val LOAD_MODE_FILE: Int = 0
        const val LOAD_MODE_MMAP: Int = 1

        @JvmStatic
        @JvmOverloads
        fun load(modelPath: String?, loadMode: Int = LOAD_MODE_FILE, numThreads: Int = 0): Module = missing()
    }
}
