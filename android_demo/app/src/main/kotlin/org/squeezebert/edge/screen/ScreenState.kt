package org.squeezebert.edge.screen

import org.squeezebert.edge.bundles.BundleFolder
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.prediction.Prediction
import org.squeezebert.edge.text.prediction.Task
import org.squeezebert.edge.text.statistics.LatencySummary

/**
 * All that the screen shows, but for what stands in its text fields.
 *
 * @property bundles folders to choose from
 * @property chosenBundle place in [bundles]; null if there are none
 * @property loaded the chosen bundle's contents; null until they are read
 * @property work what goes on; null if nothing does
 * @property problem what went wrong last; null if nothing did
 * @property answer null until a text was run
 * @property figures null until a text was run
 */
internal data class ScreenState(
    val bundles: List<BundleFolder> = emptyList(),
    val chosenBundle: Int? = null,
    val loaded: LoadedBundle? = null,
    val work: Work? = null,
    val problem: Problem? = null,
    val answer: ShownAnswer? = null,
    val figures: Figures? = null,
)

/**
 * A bundle whose manifest was read.
 *
 * @property artifacts to choose from; each stands for those of its format, backend and recipe of all lengths
 * @property chosenArtifact place in [artifacts]
 * @property leftOut one line for each artifact in a format of this app that does not run right here
 * @property runtime name and version of what computes; null until it is loaded
 */
internal data class LoadedBundle(
    val modelName: String,
    val task: Task,
    val artifacts: List<ArtifactChoice>,
    val chosenArtifact: Int,
    val threads: Int,
    val leftOut: List<String>,
    val runtime: String? = null,
) {
    /** Of the chosen artifact, or the first of its lengths. */
    val artifactId: String get() = artifacts[chosenArtifact].artifacts.first().id
}

/** Artifacts of one format, backend and recipe, one for each length or one for several. */
internal data class ArtifactChoice(val artifacts: List<ArtifactInfo>) {
    val format: String get() = artifacts.first().format

    val recipe: String get() = artifacts.first().recipe

    /** In tokens, ascending. */
    val lengths: List<Int> get() = artifacts.flatMap { it.sequenceLengths }.sorted()

    /** Of all files. */
    val bytes: Long get() = artifacts.sumOf { it.bytes }
}

/** What goes on. */
internal sealed class Work {
    data object Looking : Work()

    data class Loading(val name: String) : Work()

    data object Running : Work()

    data class Measuring(val done: Int, val of: Int) : Work()
}

/** What a model said. */
internal sealed class ShownAnswer {
    /**
     * @property text what the predictions' places count in
     * @property areProbabilities whether scores are 0 to 1; of a single label they are a value
     * @property truncated whether the end of the text was not read
     */
    data class Predicted(
        val task: Task,
        val text: String,
        val predictions: List<Prediction>,
        val areProbabilities: Boolean,
        val truncated: Boolean,
    ) : ShownAnswer()

    /**
     * @property size numbers of a vector
     * @property tokens how many vectors the first text has; null if it has one as a whole
     * @property beginning the first numbers of the first text's vector
     * @property similarity cosine of both texts' vectors; null without a second text
     */
    data class Embedded(
        val size: Int,
        val tokens: Int?,
        val beginning: List<Float>,
        val similarity: Double?,
        val truncated: Boolean,
    ) : ShownAnswer()
}

/**
 * What the runs since the artifact was loaded say of this phone.
 *
 * @property memoryBytes proportional set size of the app after the last of them
 */
internal data class Figures(val latencies: LatencySummary, val memoryBytes: Long)
