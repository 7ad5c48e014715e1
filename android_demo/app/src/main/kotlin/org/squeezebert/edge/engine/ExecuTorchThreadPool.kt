package org.squeezebert.edge.engine

import org.squeezebert.edge.text.InputException

/**
 * Guards ExecuTorch's pool of threads, which is one for the process.
 *
 * Loading a module with another number of threads replaces the pool, while modules that are loaded keep the old one's
 * address (executorch, extension/threadpool/threadpool.cpp and backends/xnnpack/runtime/XNNCompiler.cpp): they would
 * crash at their next run. So all modules that are open at a time have the same number of threads.
 */
internal class ExecuTorchThreadPool {
    private var users = 0
    private var threads = 0

    /**
     * Counts one more module with [wanted] threads.
     *
     * @throws InputException if modules with another number are open
     */
    @Synchronized
    fun reserve(wanted: Int) {
        if (users > 0 && wanted != threads) {
            throw InputException(
                "ExecuTorch runs with $threads threads here, $wanted were asked for: close what is loaded first",
            )
        }
        threads = wanted
        users += 1
    }

    /** Counts one module less, after it was closed or did not load. */
    @Synchronized
    fun release() {
        users -= 1
    }
}
