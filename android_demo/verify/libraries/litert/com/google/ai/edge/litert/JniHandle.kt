package com.google.ai.edge.litert

/** What has memory of the native library. */
abstract class JniHandle internal constructor() : AutoCloseable {
    final override fun close(): Unit = missing()
}
