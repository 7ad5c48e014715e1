package org.squeezebert.edge.screen

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import org.squeezebert.edge.bundles.FoundBundles

/** How many runs a measurement on the screen has. */
private const val MEASURED_RUNS = 100

/** How often a measurement stops to say how far it is. */
private const val PROGRESS_NANOSECONDS = 200_000_000L

/**
 * What a person chose before the system ended the app.
 *
 * @property directory the bundle's
 */
internal data class Remembered(val directory: String?, val artifactId: String?)

/**
 * What the screen does and shows; it stays when the phone is turned. Its functions belong to the screen's thread. One
 * thing goes on at a time: what begins cancels what goes on.
 *
 * @param model for nobody else
 * @param modelThread where it is used; sessions that share it wait for each other
 * @param findBundles may take its time
 * @param memoryBytes proportional set size of the app
 */
internal class Session(
    private val model: LoadedModel,
    private val modelThread: ExecutorCoroutineDispatcher,
    private val findBundles: () -> FoundBundles,
    private val memoryBytes: () -> Long,
    remembered: Remembered?,
    screenThread: CoroutineDispatcher = Dispatchers.Main.immediate,
) {
    private val scope = CoroutineScope(SupervisorJob() + screenThread)
    private val mutableState = MutableStateFlow(ScreenState())
    private var job: Job? = null
    private var choice = remembered ?: Remembered(directory = null, artifactId = null)

    val state: StateFlow<ScreenState> = mutableState.asStateFlow()

    /** What to give to the next session, if the system ends the app. */
    fun toRemember(): Remembered = choice

    /** Looks for bundles and loads the one that was chosen before, else the first. */
    fun look() = begin(Work.Looking) {
        val before = choice
        mutableState.update { ScreenState(work = it.work) }
        val found = onModelThread { findBundles() }
        val place = found.folders.indexOfFirst { it.directory.path == before.directory }.coerceAtLeast(0)
        mutableState.update {
            it.copy(
                bundles = found.folders,
                chosenBundle = place.takeIf { found.folders.isNotEmpty() },
                problem = Problem.Unreadable(found.closed).takeIf { found.closed.isNotEmpty() },
            )
        }
        if (found.folders.isNotEmpty()) openAndLoad(place, before.artifactId)
    }

    /** Reads another bundle and loads what suits this phone best. */
    fun chooseBundle(index: Int) {
        showBundle(index, artifactId = null)
        begin(Work.Loading(state.value.bundles[index].directory.name)) { openAndLoad(index, artifactId = null) }
    }

    /** Loads another artifact of the bundle. */
    fun chooseArtifact(index: Int) {
        val chosen = state.value.loaded?.copy(chosenArtifact = index, runtime = null) ?: return
        choice = choice.copy(artifactId = chosen.artifactId)
        showLoaded(chosen)
        begin(Work.Loading(chosen.artifactId)) {
            // Once more: what went on before may have said something last.
            showLoaded(chosen)
            load()
        }
    }

    /** Runs the texts that stand on the screen once. */
    fun run(first: String, second: String) = begin(Work.Running) {
        load()
        mutableState.update { it.copy(work = Work.Running) }
        answer(first, second)
    }

    /** Runs them many times, so that the times mean something. */
    fun measure(first: String, second: String) = begin(Work.Running) {
        load()
        mutableState.update { it.copy(work = Work.Measuring(0, MEASURED_RUNS)) }
        val examples = answer(first, second)
        var done = examples.size
        try {
            while (done < MEASURED_RUNS) {
                mutableState.update { it.copy(work = Work.Measuring(done, MEASURED_RUNS)) }
                done += onModelThread { runForAWhile(examples.first(), MEASURED_RUNS - done) }
            }
        } finally {
            // Cancelled or not: what was measured is shown.
            withContext(NonCancellable) { showFigures() }
        }
    }

    /** Ends what goes on, after the inference that runs now. */
    fun cancel() {
        job?.cancel()
    }

    /** Ends everything and gives back what is loaded. */
    fun close() {
        scope.cancel()
        modelThread.executor.execute(model::close)
    }

    private suspend fun openAndLoad(index: Int, artifactId: String?) {
        showBundle(index, artifactId)
        val directory = state.value.bundles[index].directory
        mutableState.update { it.copy(work = Work.Loading(directory.name)) }
        val opened = onModelThread { model.open(directory, artifactId) }
        choice = Remembered(directory.path, opened.artifactId)
        mutableState.update { it.copy(loaded = opened) }
        load()
    }

    /** Shows a bundle as chosen, and nothing of what was loaded before. */
    private fun showBundle(index: Int, artifactId: String?) {
        choice = Remembered(state.value.bundles[index].directory.path, artifactId)
        mutableState.update { it.copy(chosenBundle = index, loaded = null, answer = null, figures = null) }
    }

    private fun showLoaded(loaded: LoadedBundle) {
        mutableState.update { it.copy(loaded = loaded, answer = null, figures = null) }
    }

    private suspend fun load() {
        val loaded = checkNotNull(state.value.loaded) { "a bundle is chosen before its artifact" }
        if (loaded.runtime == null) {
            mutableState.update { it.copy(work = Work.Loading(loaded.artifactId)) }
        }
        val runtime = onModelThread { model.load(loaded) }
        mutableState.update { it.copy(loaded = loaded.copy(runtime = runtime)) }
    }

    private suspend fun answer(first: String, second: String): List<List<String>> {
        val task = checkNotNull(state.value.loaded) { "a model is loaded before it runs" }.task
        val examples = examples(task, first, second)
        val results = onModelThread { examples.map(model::predict) }
        val answer = shownAnswer(task, examples, results, model.labels())
        mutableState.update { it.copy(answer = answer) }
        showFigures()
        return examples
    }

    private suspend fun showFigures() {
        val figures = onModelThread { model.latencies()?.let { Figures(it, memoryBytes()) } }
        mutableState.update { it.copy(figures = figures) }
    }

    /** Runs [texts] at most [limit] times, and returns how many times it did. */
    private fun runForAWhile(texts: List<String>, limit: Int): Int {
        val begin = System.nanoTime()
        var done = 0
        while (done < limit && System.nanoTime() - begin < PROGRESS_NANOSECONDS) {
            model.predict(texts)
            done += 1
        }
        return done
    }

    private suspend fun <T> onModelThread(call: () -> T): T = runInterruptible(modelThread, call)

    private fun begin(work: Work, act: suspend () -> Unit) {
        val previous = job
        // Before anything is shown: what was cancelled shows nothing more.
        previous?.cancel()
        mutableState.update { it.copy(work = work, problem = null) }
        val next =
            scope.launch(start = CoroutineStart.LAZY) {
                try {
                    previous?.join()
                    act()
                } catch (error: CancellationException) {
                    throw error
                } catch (error: Throwable) {
                    // Of what was cancelled, nobody wants to know how it ended.
                    ensureActive()
                    // Whatever a file or a runtime does wrong is a message; the app goes on.
                    mutableState.update { it.copy(problem = problemOf(error)) }
                } finally {
                    // What came after it goes on.
                    if (job === coroutineContext[Job]) mutableState.update { it.copy(work = null) }
                }
            }
        job = next
        next.start()
    }
}
