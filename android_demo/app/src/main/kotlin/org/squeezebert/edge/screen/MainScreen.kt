package org.squeezebert.edge.screen

import android.app.Activity
import android.view.View
import android.widget.Button
import android.widget.ProgressBar
import android.widget.TextView
import org.squeezebert.edge.R
import org.squeezebert.edge.bundles.BundleFolder
import org.squeezebert.edge.bundles.PUSHED_BUNDLES
import org.squeezebert.edge.bundles.isNameUnique

/** The views of the main screen: they show a [ScreenState] and tell the [session] what a person does. */
internal class MainScreen(private val activity: Activity, private val session: Session) {
    private val bundlePicker = Picker(activity.findViewById(R.id.bundle_picker), session::chooseBundle)
    private val bundleDescription = activity.findViewById<TextView>(R.id.bundle_description)
    private val findBundles = activity.findViewById<Button>(R.id.find_bundles)
    private val artifactTitle = activity.findViewById<View>(R.id.artifact_title)
    private val artifactPickerView = activity.findViewById<View>(R.id.artifact_picker)
    private val artifactPicker = Picker(activity.findViewById(R.id.artifact_picker), session::chooseArtifact)
    private val artifactDescription = activity.findViewById<TextView>(R.id.artifact_description)
    private val input = InputView(activity)
    private val run = activity.findViewById<Button>(R.id.run)
    private val measure = activity.findViewById<Button>(R.id.measure)
    private val work = activity.findViewById<View>(R.id.work)
    private val workName = activity.findViewById<TextView>(R.id.work_name)
    private val workProgress = activity.findViewById<ProgressBar>(R.id.work_progress)
    private val problem = activity.findViewById<TextView>(R.id.problem)
    private val answer = AnswerView(activity)
    private val figures = FiguresView(activity)
    private val problemText = ProblemText(activity.resources)
    private var announced: Class<out Work>? = null

    init {
        findBundles.setOnClickListener { session.look() }
        run.setOnClickListener {
            input.hideKeyboard()
            session.run(input.first, input.second)
        }
        measure.setOnClickListener {
            input.hideKeyboard()
            session.measure(input.first, input.second)
        }
        activity.findViewById<View>(R.id.cancel).setOnClickListener { session.cancel() }
    }

    /** Shows [state]. */
    fun show(state: ScreenState) {
        bundlePicker.show(state.bundles.map { nameOf(it, state.bundles) }, state.chosenBundle)
        showOrHide(bundleDescription, bundleDescriptionOf(state))
        showArtifacts(state.loaded)
        input.show(state.loaded?.task)
        showWork(state.work)
        showOrHide(problem, state.problem?.let(problemText::of))
        answer.show(state.answer)
        figures.show(state.figures)
    }

    private fun nameOf(folder: BundleFolder, all: List<BundleFolder>): String = when {
        folder.packed -> activity.getString(R.string.bundle_of_the_app)
        isNameUnique(folder, all) -> folder.directory.name
        else -> activity.getString(R.string.bundle_in_folder, folder.directory.name, folder.directory.parent)
    }

    private fun bundleDescriptionOf(state: ScreenState): String? {
        val loaded = state.loaded
        return when {
            loaded != null -> activity.getString(R.string.bundle_description, loaded.modelName, loaded.task.title)
            state.bundles.isEmpty() && state.work == null -> activity.getString(R.string.no_bundle, PUSHED_BUNDLES)
            else -> null
        }
    }

    private fun showArtifacts(loaded: LoadedBundle?) {
        val visibility = if (loaded == null) View.GONE else View.VISIBLE
        artifactTitle.visibility = visibility
        artifactPickerView.visibility = visibility
        if (loaded != null) {
            artifactPicker.show(loaded.artifacts.map(::nameOf), loaded.chosenArtifact)
        }
        showOrHide(artifactDescription, loaded?.let(::descriptionOf))
    }

    private fun nameOf(choice: ArtifactChoice): String =
        activity.getString(R.string.artifact_name, choice.format, choice.recipe)

    private fun descriptionOf(loaded: LoadedBundle): String {
        val choice = loaded.artifacts[loaded.chosenArtifact]
        val lengths = choice.lengths.joinToString(activity.getString(R.string.between_lengths))
        val size = activity.getString(R.string.megabytes, Numbers.megabytes(choice.bytes))
        val threads = activity.resources.getQuantityString(R.plurals.threads, loaded.threads, loaded.threads)
        val description =
            if (loaded.runtime == null) {
                activity.getString(R.string.artifact_description, lengths, size, threads)
            } else {
                activity.getString(R.string.artifact_description_runtime, lengths, size, threads, loaded.runtime)
            }
        return (listOf(description) + loaded.leftOut).joinToString("\n")
    }

    private fun showWork(current: Work?) {
        work.visibility = if (current == null) View.GONE else View.VISIBLE
        listOf(findBundles, run, measure).forEach { it.isEnabled = current == null }
        workName.text = current?.let(::nameOf)
        // A screen reader says what kind of work goes on, not each step of it.
        if (current != null && current.javaClass != announced) work.announceForAccessibility(nameOf(current))
        announced = current?.javaClass
        workProgress.isIndeterminate = current !is Work.Measuring
        if (current is Work.Measuring) {
            workProgress.max = current.of
            workProgress.progress = current.done
        }
    }

    private fun nameOf(current: Work): String = when (current) {
        Work.Looking -> activity.getString(R.string.looking)
        is Work.Loading -> activity.getString(R.string.loading, current.name)
        Work.Running -> activity.getString(R.string.running)
        is Work.Measuring -> activity.getString(R.string.measuring, current.done, current.of)
    }
}
