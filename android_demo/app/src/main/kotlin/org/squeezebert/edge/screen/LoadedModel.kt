package org.squeezebert.edge.screen

import org.squeezebert.edge.text.bundle.AndroidTarget
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.inference.EngineLoader
import org.squeezebert.edge.text.inference.Model
import org.squeezebert.edge.text.inference.ModelResult
import org.squeezebert.edge.text.inference.artifactsLike
import org.squeezebert.edge.text.inference.bestArtifacts
import org.squeezebert.edge.text.inference.threadsFor
import org.squeezebert.edge.text.inference.usableArtifacts
import org.squeezebert.edge.text.inference.whyNot
import org.squeezebert.edge.text.prediction.Task
import org.squeezebert.edge.text.statistics.LatencySummary
import org.squeezebert.edge.text.statistics.NANOSECONDS_PER_MILLISECOND
import org.squeezebert.edge.text.statistics.RecentLatencies
import java.io.File

/**
 * An open bundle and the model that is loaded from it: what blocks, so one thread that is not the screen's.
 *
 * @param cores that the phone has
 */
internal class LoadedModel(
    private val loaders: List<EngineLoader>,
    private val target: AndroidTarget,
    private val cores: Int,
) {
    private val latencies = RecentLatencies()
    private var bundle: Bundle? = null
    private var model: Model? = null

    /**
     * Reads the manifest of the bundle in [directory] and closes what was loaded before.
     *
     * @param artifactId what to choose; null, or one that is not there, for what suits this phone best
     * @throws org.squeezebert.edge.text.EdgeException if it is no bundle, or nothing in it runs here
     */
    fun open(directory: File, artifactId: String?): LoadedBundle {
        close()
        val opened = Bundle.open(directory)
        val manifest = opened.manifest
        val usable = usableArtifacts(manifest, loaders)
        val choices = usable.map { ArtifactChoice(artifactsLike(manifest, it, loaders)) }.distinct()
        val best = bestArtifacts(opened, target, loaders)
        val wanted = choices.indexOfFirst { choice -> choice.artifacts.any { it.id == artifactId } }
        bundle = opened
        return LoadedBundle(
            modelName = manifest.model.name,
            task = Task.of(manifest.model.task),
            artifacts = choices,
            chosenArtifact = if (wanted >= 0) wanted else choices.indexOfFirst { it.artifacts == best },
            threads = threadsFor(manifest, target, cores),
            leftOut = manifest.artifacts.filter { artifact ->
                loaders.any { it.format == artifact.format }
            }.mapNotNull { whyNot(it, loaders) },
        )
    }

    /**
     * Loads what is chosen in [loaded], unless it is loaded already.
     *
     * @return name and version of what computes
     * @throws org.squeezebert.edge.text.EdgeException if a file is damaged, or the runtime cannot load it
     */
    fun load(loaded: LoadedBundle): String {
        val opened = checkNotNull(bundle) { "a bundle is opened before it is loaded" }
        val artifacts = loaded.artifacts[loaded.chosenArtifact].artifacts
        model?.let { if (loaded.runtime != null) return it.runtime }
        unload()
        return Model(opened, artifacts, loaders, loaded.threads).also { model = it }.runtime
    }

    /** Runs one example and remembers how long it took, tokens and answer included. */
    fun predict(texts: List<String>): ModelResult {
        val loaded = checkNotNull(model) { "a model is loaded before it runs" }
        val begin = System.nanoTime()
        val result = loaded.predict(texts, wantedPredictions(loaded.task))
        latencies.add((System.nanoTime() - begin) / NANOSECONDS_PER_MILLISECOND)
        return result
    }

    /** Labels of the open bundle. */
    fun labels(): List<String> = bundle?.manifest?.model?.labels.orEmpty()

    /** Of the runs since the model was loaded; null if there were none. */
    fun latencies(): LatencySummary? = latencies.summary()

    /** Gives back what is loaded. */
    fun close() {
        unload()
        bundle = null
    }

    private fun unload() {
        latencies.clear()
        model?.close()
        model = null
    }
}
