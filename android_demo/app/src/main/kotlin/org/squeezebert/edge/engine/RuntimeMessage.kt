package org.squeezebert.edge.engine

/** What a runtime says of an error, for use inside of a message of one line. */
internal fun firstLine(error: Throwable): String = error.message
    ?.lineSequence()
    ?.firstOrNull { it.isNotBlank() }
    ?.trim()
    ?: error.javaClass.simpleName
