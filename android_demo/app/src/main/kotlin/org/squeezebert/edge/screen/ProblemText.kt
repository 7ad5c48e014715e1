package org.squeezebert.edge.screen

import android.content.res.Resources
import org.squeezebert.edge.R
import org.squeezebert.edge.bundles.PUSHED_BUNDLES

/** The screen's words for problems. */
internal class ProblemText(private val resources: Resources) {
    /** What is wrong, where, and what to do: one line for each. */
    fun of(problem: Problem): String = when (problem) {
        is Problem.Explained -> problem.message

        is Problem.Unreadable -> problem.places.joinToString("\n") {
            resources.getString(R.string.problem_unreadable, it.path, PUSHED_BUNDLES)
        }

        is Problem.NotCopied ->
            resources.getString(R.string.problem_not_copied, problem.folder.path, reason(problem.reason))

        Problem.NotEnoughMemory -> resources.getString(R.string.problem_memory)

        is Problem.Failed -> resources.getString(R.string.problem_failed, problem.name, reason(problem.reason))
    }

    private fun reason(said: String?): String = said ?: resources.getString(R.string.problem_without_reason)
}
