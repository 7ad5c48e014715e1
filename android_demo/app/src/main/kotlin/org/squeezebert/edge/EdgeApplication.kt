package org.squeezebert.edge

import android.app.Application
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher
import org.squeezebert.edge.engine.engineLoaders
import org.squeezebert.edge.text.inference.EngineLoader
import java.util.concurrent.Executors

/** What all of the process shares: the runtimes, which keep native state for the whole process, and their thread. */
internal class EdgeApplication : Application() {
    val engineLoaders: List<EngineLoader> by lazy { engineLoaders() }

    /** Where the screen's models are loaded, run and closed: one after the other, whichever screen they belong to. */
    val modelThread: ExecutorCoroutineDispatcher by lazy {
        Executors.newSingleThreadExecutor { Thread(it, "model") }.asCoroutineDispatcher()
    }
}
