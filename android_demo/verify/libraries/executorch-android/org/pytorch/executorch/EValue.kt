package org.pytorch.executorch

/** What goes into a method or comes out of it. */
class EValue private constructor() {
    fun toTensor(): Tensor = missing()

    companion object {
        @JvmStatic
        fun from(tensor: Tensor): EValue = missing()
    }
}
