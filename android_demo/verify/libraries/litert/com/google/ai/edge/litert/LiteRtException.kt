package com.google.ai.edge.litert

/** What the library throws when it cannot load or run a model; not a RuntimeException. */
class LiteRtException(private val status: Status, message: String) : Exception(message)

/** Reasons of [LiteRtException]. */
enum class Status {
    ErrorInvalidArgument,
    ErrorRuntimeFailure,
}
