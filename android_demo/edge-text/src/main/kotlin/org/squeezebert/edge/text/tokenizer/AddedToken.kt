package org.squeezebert.edge.text.tokenizer

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A token that is found in the text before it is split into words, such as `[MASK]`.
 *
 * @property singleWord whether a letter or digit right beside it makes it no token
 * @property leftStrip whether white space before it belongs to it
 * @property rightStrip whether white space after it belongs to it
 * @property normalized whether it is looked for in the normalized text, and normalized itself
 * @property special whether decoding leaves it out
 */
@Serializable
internal data class AddedToken(
    val content: String,
    @SerialName("single_word") val singleWord: Boolean = false,
    @SerialName("lstrip") val leftStrip: Boolean = false,
    @SerialName("rstrip") val rightStrip: Boolean = false,
    val normalized: Boolean = true,
    val special: Boolean = false,
)
