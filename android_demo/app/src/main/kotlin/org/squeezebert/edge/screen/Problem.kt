package org.squeezebert.edge.screen

import org.squeezebert.edge.bundles.PackedBundleException
import org.squeezebert.edge.text.EdgeException
import java.io.File

/** What went wrong. [ProblemText] has the words for it. */
internal sealed class Problem {
    /**
     * What edge-text or an engine says.
     *
     * @property message one line of English: what is wrong, where, what to do; the same as in a benchmark's answer
     */
    data class Explained(val message: String) : Problem()

    /** @property places where bundles may be, which the app may not read */
    data class Unreadable(val places: List<File>) : Problem()

    /**
     * The app's own bundle cannot be copied to where a runtime can map it.
     *
     * @property reason the system's; null if it has none
     */
    data class NotCopied(val folder: File, val reason: String?) : Problem()

    data object NotEnoughMemory : Problem()

    /**
     * What nobody expected.
     *
     * @property name of the exception
     * @property reason the exception's, one line; null if it has none
     */
    data class Failed(val name: String, val reason: String?) : Problem()
}

/** What [error] is to a person. */
internal fun problemOf(error: Throwable): Problem {
    val reason = error.message?.lineSequence()?.firstOrNull()
    return when (error) {
        is EdgeException -> Problem.Explained(error.message.orEmpty())
        is PackedBundleException -> Problem.NotCopied(error.folder, reason)
        is OutOfMemoryError -> Problem.NotEnoughMemory
        else -> Problem.Failed(error.javaClass.simpleName, reason)
    }
}
