package org.squeezebert.edge.text.device

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.readDocument
import java.io.File

private const val ADVICE = "use the same squeezebert-edge on both sides"

/**
 * Reads a request and checks what can be checked without the bundle.
 *
 * @throws InputException if it is missing, damaged or of another version, or asks for what Android cannot do
 */
internal fun readRequest(file: File): WorkRequest {
    val request = readDocument(file, WorkRequest.serializer(), WORK_VERSION, ADVICE)
    problem(request)?.let { throw InputException("$file: $it") }
    return request
}

private fun problem(request: WorkRequest): String? = when {
    // Android gives an app no way to say which processors its runtime's threads run on.
    request.cores.isNotEmpty() -> "cores cannot be chosen on this system; leave --cores out"

    request.threads < 1 -> "threads is ${request.threads}; ask for one or more"

    request.measurement?.let { it.warmUpWindow < 1 } == true -> "warm_up_window is below 1; $ADVICE"

    request.measurement?.let { it.minimumRuns < 1 } == true -> "minimum_runs is below 1; $ADVICE"

    else -> null
}

/**
 * [artifact] at one of its lengths.
 *
 * @throws InputException if it has not that length
 */
internal fun atLength(artifact: ArtifactInfo, sequenceLength: Int): ArtifactInfo =
    artifact.byLength().find { sequenceLength in it.sequenceLengths }
        ?: throw InputException(
            "${artifact.id} has no length $sequenceLength, only ${artifact.sequenceLengths.joinToString()}",
        )
