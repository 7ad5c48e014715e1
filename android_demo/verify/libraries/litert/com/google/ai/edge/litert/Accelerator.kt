package com.google.ai.edge.litert

/** What a model may be computed with. */
enum class Accelerator {
    NONE,
    CPU,
    GPU,
    NPU,
}
