package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.tokenizer.Encoding

/**
 * The words of a vocabulary, as fill-mask needs them.
 *
 * @property size number of words: the last axis of the logits
 * @property maskId token id of `[MASK]`
 * @property token the word of a token id
 */
public class MaskVocabulary(public val size: Int, public val maskId: Int, public val token: (Int) -> String)

/**
 * The best words for each mask, best first, in order of the masks.
 *
 * @param logits of shape (sequence length, vocabulary), row-major
 * @param topK how many for each mask at most
 * @throws InputException if the text has no mask
 */
public fun fillMasks(logits: FloatArray, encoding: Encoding, vocabulary: MaskVocabulary, topK: Int): List<Prediction> {
    val masks = encoding.inputIds.indices.filter { encoding.inputIds[it] == vocabulary.maskId }
    if (masks.isEmpty()) throw InputException("fill-mask needs a text with [MASK] in it")
    return masks.flatMap { position ->
        val probabilities = softmax(row(logits, position, vocabulary.size))
        largest(probabilities, topK).map {
            Prediction(vocabulary.token(it), probabilities[it], encoding.starts[position], encoding.ends[position])
        }
    }
}
