package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo

/**
 * The arrays that an artifact of one length takes, for one example padded at its end.
 *
 * @param inputIds token ids without padding, at most the artifact's length of them
 * @return for each input of the artifact out of `input_ids`, `attention_mask` (1 for tokens, 0 for padding) and
 * `token_type_ids` its values, of shape (1, length)
 * @throws InputException if the artifact takes something else
 */
internal fun padInputs(
    inputIds: IntArray,
    tokenTypeIds: IntArray,
    artifact: ArtifactInfo,
    padId: Int,
): Map<String, IntArray> {
    val length = artifact.sequenceLengths.last()
    return artifact.inputs.associate { spec ->
        spec.name to
            when (spec.name) {
                "input_ids" -> IntArray(length) { if (it < inputIds.size) inputIds[it] else padId }

                "attention_mask" -> IntArray(length) { if (it < inputIds.size) 1 else 0 }

                "token_type_ids" -> tokenTypeIds.copyOf(length)

                else -> throw InputException(
                    "${artifact.id} takes an input '${spec.name}' that this app does not know; install a newer app",
                )
            }
    }
}
