package org.squeezebert.edge.bench

import org.squeezebert.edge.inTemporaryFolder
import org.squeezebert.edge.screen.FormulaLoader
import org.squeezebert.edge.screen.writeTinyBundle
import org.squeezebert.edge.text.device.DeviceProgram
import org.squeezebert.edge.text.device.DeviceState
import org.squeezebert.edge.text.device.Instruments
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

class BenchRunTest {
    private val reported = mutableListOf<Throwable>()

    @Test
    fun `without a request the app describes itself`() = inTemporaryFolder { folder ->
        val answer = File(folder, "answer.json")
        run().work(request = null, answer)
        assertContains(answer.readText(), """"runtimes":{"ai-edge-litert":"2.3.0"}""")
    }

    @Test
    fun `a screen that is closed during the work is its answer`() = inTemporaryFolder { folder ->
        val answer = duringWork(folder) { it.fail("the screen was closed") }
        val expected = """{"result":null,"error":{"type":"DeviceError","message":"the screen was closed"}}"""
        assertEquals(expected, answer)
    }

    @Test
    fun `a crash during the work is its answer, in one line`() = inTemporaryFolder { folder ->
        val answer = duringWork(folder) { it.fail(IllegalStateException("no window\nand more")) }
        assertContains(answer, "the app crashed: java.lang.IllegalStateException: no window and more")
    }

    @Test
    fun `what ends after the work leaves no second answer`() = inTemporaryFolder { folder ->
        val run = run()
        val answer = File(folder, "answer.json")
        run.work(request = null, answer)
        // Whoever asked has taken it.
        answer.delete()
        run.fail("the screen was closed")
        assertFalse(answer.exists())
    }

    @Test
    fun `without a file for the answer there is none`() = inTemporaryFolder { folder ->
        run().fail("the screen was closed")
        assertEquals(emptyList(), folder.list().orEmpty().toList())
    }

    @Test
    fun `an answer that cannot be written is reported`() = inTemporaryFolder { folder ->
        run().work(request = null, File(folder, "nowhere/answer.json"))
        assertContains(reported.single().message.orEmpty(), "answer.json: cannot be written")
    }

    /** What the answer is when [act] ends a run whose inference has begun. */
    private fun duringWork(folder: File, act: (BenchRun) -> Unit): String {
        val begun = CountDownLatch(1)
        val ended = CountDownLatch(1)
        val loader =
            FormulaLoader {
                begun.countDown()
                ended.await()
            }
        writeTinyBundle(File(folder, "bundle"))
        val request = File(folder, "request.json").also { it.writeText(REQUEST) }
        val answer = File(folder, "answer.json")
        val run = run(loader)
        val worker = thread { run.work(request, answer) }
        try {
            assertTrue(begun.await(1, TimeUnit.MINUTES), "no inference: ${answer.takeIf { it.exists() }?.readText()}")
            act(run)
            return answer.readText()
        } finally {
            ended.countDown()
            worker.join()
        }
    }

    private fun run(loader: FormulaLoader = FormulaLoader()): BenchRun {
        val program = DeviceProgram("test 1.0", listOf(loader), Instruments(state = { DeviceState() }))
        return BenchRun(program) { reported += it }
    }

    private companion object {
        const val REQUEST =
            """{"bundle": "bundle", "artifact": "tflite-fp32-16", "sequence_length": 16, "threads": 1,
                "measurement": {"minimum_runs": 1, "minimum_seconds": 0.0, "warm_up_seconds": 0.0}}"""
    }
}
