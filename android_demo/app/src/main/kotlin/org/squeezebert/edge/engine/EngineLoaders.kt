package org.squeezebert.edge.engine

import org.squeezebert.edge.BuildConfig
import org.squeezebert.edge.text.inference.EngineLoader

/** The runtimes of this app, one line each. An artifact's format chooses among them. */
internal fun engineLoaders(): List<EngineLoader> = listOf(
    ExecuTorchLoader(BuildConfig.EXECUTORCH_VERSION),
    LiteRtLoader(BuildConfig.LITERT_VERSION),
)
