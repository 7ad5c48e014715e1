package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.tokenizer.Encoding

/** The positions of each word's pieces in one of an example's texts, in order; [segment] is 0 or 1. */
internal fun words(encoding: Encoding, segment: Int): List<List<Int>> = encoding.words.indices
    .filter { encoding.words[it] >= 0 && encoding.tokenTypeIds[it] == segment }
    .groupBy { encoding.words[it] }
    .values
    .toList()
