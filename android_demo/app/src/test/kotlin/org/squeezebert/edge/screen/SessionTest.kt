package org.squeezebert.edge.screen

import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.squeezebert.edge.bundles.BundleFolder
import org.squeezebert.edge.bundles.FoundBundles
import org.squeezebert.edge.inTemporaryFolder
import org.squeezebert.edge.text.bundle.AndroidTarget
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.Semaphore
import kotlin.test.AfterTest
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull

/** What the screen shows after what a person does. */
class SessionTest {
    private val screenThread = Executors.newSingleThreadExecutor().asCoroutineDispatcher()

    private val modelThread = Executors.newSingleThreadExecutor().asCoroutineDispatcher()

    @AfterTest
    fun endThreads() {
        screenThread.close()
        modelThread.close()
    }

    @Test
    fun `the first bundle is loaded, and a text is answered with scores and times`() = withBundles("a") { session ->
        val loaded = session.after { look() }
        assertEquals("ai-edge-litert 2.3.0", loaded.loaded?.runtime)
        val answered = session.after { run("pay my bill", "") }
        val answer = assertIs<ShownAnswer.Predicted>(answered.answer)
        assertEquals(listOf("yes", "no"), answer.predictions.map { it.label })
        assertEquals(1.0, answer.predictions.sumOf { it.score }, 1e-9)
        assertEquals(1, answered.figures?.latencies?.runs)
        assertEquals(5_000_000, answered.figures?.memoryBytes)
    }

    @Test
    fun `a measurement has a hundred runs`() = withBundles("a") { session ->
        session.after { look() }
        assertEquals(100, session.after { measure("pay my bill", "") }.figures?.latencies?.runs)
    }

    @Test
    fun `an empty text is a message, and the next one is answered`() = withBundles("a") { session ->
        session.after { look() }
        assertContains(explanation(session.after { run(" ", "") }), "an empty text has nothing to predict")
        val answered = session.after { run("pay", "") }
        assertNull(answered.problem)
        assertNotNull(answered.answer)
    }

    @Test
    fun `a damaged file is a message, and another bundle can be chosen`() = withBundles("a", "b") { session, folder ->
        File(folder, "a/tflite/tflite-fp32-16.tflite").writeText("TFLITE-fp32-16")
        val damaged = session.after { look() }
        assertContains(explanation(damaged), "its checksum differs from the manifest's")
        assertNull(damaged.loaded?.runtime)
        val chosen = session.after { chooseBundle(1) }
        assertNull(chosen.problem)
        assertEquals("ai-edge-litert 2.3.0", chosen.loaded?.runtime)
    }

    @Test
    fun `a folder without a manifest is a message`() = withBundles("a") { session, folder ->
        File(folder, "a/manifest.json").delete()
        assertContains(explanation(session.after { look() }), "not a bundle, it has no manifest.json")
    }

    @Test
    fun `a manifest of another version is a message`() = withBundles("a") { session, folder ->
        val manifest = File(folder, "a/manifest.json")
        manifest.writeText(manifest.readText().replace("\"schema_version\":1", "\"schema_version\":2"))
        assertContains(explanation(session.after { look() }), "schema version 2, this app reads 1")
    }

    @Test
    fun `an artifact that needs a newer runtime is left out, with the reason`() {
        val needed = mapOf("tflite-fp32-16" to "1.0", "tflite-int8-dynamic-16" to "9.0")
        withBundles("a", minimumRuntime = needed) { session, _ ->
            val loaded = assertNotNull(session.after { look() }.loaded)
            assertEquals(listOf("fp32"), loaded.artifacts.map { it.recipe })
            assertContains(loaded.leftOut.single(), "needs at least 9.0")
        }
    }

    @Test
    fun `another artifact takes the place of the one before, and its times start anew`() {
        val loader = FormulaLoader()
        val needed = mapOf("tflite-fp32-16" to "1.0", "tflite-int8-dynamic-16" to "1.0")
        withBundles("a", loader = loader, minimumRuntime = needed) { session, _ ->
            val loaded = assertNotNull(session.after { look() }.loaded)
            assertEquals("int8-dynamic", loaded.artifacts[loaded.chosenArtifact].recipe)
            session.after { run("pay", "") }
            val other = session.after { chooseArtifact(0) }
            assertEquals("fp32", other.loaded?.let { it.artifacts[it.chosenArtifact].recipe })
            assertNull(other.figures)
            assertEquals(1, loader.open)
        }
    }

    @Test
    fun `what was chosen is chosen again after the system ended the app`() = withBundles("a", "b") { session, folder ->
        session.after { look() }
        session.after { chooseBundle(1) }
        val remembered = session.toRemember()
        assertEquals(Remembered("$folder/b", "tflite-fp32-16"), remembered)
        val next = newSession(folder, FormulaLoader(), remembered)
        assertEquals(1, next.after { look() }.chosenBundle)
        next.close()
    }

    @Test
    fun `cancelling ends a measurement and keeps what was measured`() {
        val started = CountDownLatch(20)
        val loader =
            FormulaLoader {
                started.countDown()
                // So slow that the end is not reached before it is cancelled.
                if (started.count == 0L) Thread.sleep(100)
            }
        withBundles("a", loader = loader) { session, _ ->
            session.after { look() }
            val cancelled =
                session.after {
                    measure("pay", "")
                    Thread {
                        started.await()
                        runBlocking(screenThread) { cancel() }
                    }.start()
                }
            assertNull(cancelled.problem)
            assertNotNull(cancelled.answer)
            // The twentieth had begun.
            assertContains(19..99, assertNotNull(cancelled.figures).latencies.runs)
        }
    }

    @Test
    fun `a new choice cancels what goes on`() = withBundles("a", "b") { session, _ ->
        session.after { look() }
        val chosen =
            session.after {
                measure("pay", "")
                chooseBundle(1)
            }
        assertEquals(1, chosen.chosenBundle)
        assertNull(chosen.problem)
        assertNull(chosen.answer)
    }

    @Test
    fun `a choice is shown at once, before what goes on has ended`() {
        val (begun, ended) = List(2) { CountDownLatch(1) }
        val loader =
            FormulaLoader {
                begun.countDown()
                ended.await()
            }
        val needed = mapOf("tflite-fp32-16" to "1.0", "tflite-int8-dynamic-16" to "1.0")
        withBundles("a", loader = loader, minimumRuntime = needed) { session, _ ->
            session.after { look() }
            runBlocking(screenThread) { session.run("pay", "") }
            begun.await()
            runBlocking(screenThread) {
                session.chooseArtifact(0)
                assertEquals(0, session.state.value.loaded?.chosenArtifact)
                assertEquals(Work.Loading("tflite-fp32-16"), session.state.value.work)
            }
            ended.countDown()
            assertEquals("fp32", session.after {}.loaded?.let { it.artifacts[it.chosenArtifact].recipe })
        }
    }

    @Test
    fun `a choice is remembered before it is loaded`() = withBundles("a", "b") { session, folder ->
        session.after { look() }
        val remembered = runBlocking(screenThread) {
            session.chooseBundle(1)
            session.toRemember()
        }
        assertEquals("$folder/b", remembered.directory)
        assertEquals(remembered, newSession(folder, FormulaLoader(), remembered).toRemember())
    }

    @Test
    fun `a session that follows another loads after the other gave back what it had`() {
        val begun = CountDownLatch(1)
        val ended = Semaphore(0)
        val loader =
            FormulaLoader {
                begun.countDown()
                // An inference cannot be interrupted.
                ended.acquireUninterruptibly()
            }
        withBundles("a", loader = loader) { session, folder ->
            session.after { look() }
            runBlocking(screenThread) { session.run("pay", "") }
            begun.await()
            session.close()
            val next = newSession(folder, loader, remembered = null)
            Thread {
                Thread.sleep(50)
                ended.release()
            }.start()
            assertEquals("ai-edge-litert 2.3.0", next.after { look() }.loaded?.runtime)
            assertEquals(1, loader.mostOpen)
            next.close()
        }
    }

    @Test
    fun `without bundles nothing is loaded and nothing is wrong`() = withBundles { session ->
        val state = session.after { look() }
        assertEquals(ScreenState(), state)
    }

    @Test
    fun `closing gives back what is loaded`() = inTemporaryFolder { folder ->
        writeTinyBundle(File(folder, "a"))
        val loader = FormulaLoader()
        val session = newSession(folder, loader, remembered = null)
        session.after { look() }
        assertEquals(1, loader.open)
        session.close()
        val end = System.nanoTime() + 10_000_000_000
        while (loader.open > 0 && System.nanoTime() < end) Thread.sleep(1)
        assertEquals(0, loader.open)
    }

    private fun withBundles(vararg names: String, test: (Session) -> Unit) =
        withBundles(*names) { session, _ -> test(session) }

    private fun withBundles(
        vararg names: String,
        loader: FormulaLoader = FormulaLoader(),
        minimumRuntime: Map<String, String> = mapOf("tflite-fp32-16" to "1.0"),
        test: (Session, File) -> Unit,
    ) = inTemporaryFolder { folder ->
        names.forEach { writeTinyBundle(File(folder, it), minimumRuntime) }
        val session = newSession(folder, loader, remembered = null)
        try {
            test(session, folder)
        } finally {
            session.close()
        }
    }

    private fun newSession(folder: File, loader: FormulaLoader, remembered: Remembered?): Session {
        val folders = folder.listFiles().orEmpty().sorted().map { BundleFolder(it, packed = false) }
        return Session(
            model = LoadedModel(listOf(loader), AndroidTarget.GENERIC, cores = 2),
            findBundles = { FoundBundles(folders, emptyList()) },
            modelThread = modelThread,
            memoryBytes = { 5_000_000 },
            remembered = remembered,
            screenThread = screenThread,
        )
    }

    private fun explanation(state: ScreenState): String = assertIs<Problem.Explained>(state.problem).message

    /** Does [act] on the screen's thread and returns what the screen shows once nothing goes on any more. */
    private fun Session.after(act: Session.() -> Unit): ScreenState = runBlocking(screenThread) {
        act()
        withTimeout(30_000) { state.first { it.work == null } }
    }
}
