package org.squeezebert.edge.bench

import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.device.DeviceProgram
import java.io.File

/**
 * One run of the benchmark. Whatever ends it early, its answer says so.
 *
 * @param report what to do with an error that no answer can have
 */
internal class BenchRun(private val program: DeviceProgram, private val report: (Throwable) -> Unit) {
    @Volatile
    private var answer: File? = null

    /** Does what [request] asks for, or describes the app without one, and writes the answer to [file]. Blocks. */
    fun work(request: File?, file: File) {
        answer = file
        reporting { if (request == null) program.describe(file) else program.doWork(request, file) }
        // Whoever asked may have taken it away by the time that something else goes wrong.
        answer = null
    }

    /** Has the answer say [message], unless it is there already. For any thread, also during [work]. */
    fun fail(message: String) {
        val file = answer ?: return
        reporting { program.fail(message, file) }
    }

    /** Has the answer say that the app crashed. */
    fun fail(error: Throwable) {
        fail("the app crashed: ${error.javaClass.name}: ${error.message ?: "it does not say why"}")
    }

    private fun reporting(write: () -> Unit) {
        try {
            write()
        } catch (error: DeviceException) {
            report(error)
        }
    }
}
