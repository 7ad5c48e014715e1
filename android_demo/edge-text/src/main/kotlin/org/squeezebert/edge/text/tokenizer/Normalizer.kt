package org.squeezebert.edge.text.tokenizer

/** Rewrites a text before it is split into words. */
internal fun interface Normalizer {
    fun normalize(text: AlignedText): AlignedText
}

/** No change. */
internal object NoNormalizer : Normalizer {
    override fun normalize(text: AlignedText): AlignedText = text
}

/** Several, one after the other. */
internal class NormalizerSequence(private val parts: List<Normalizer>) : Normalizer {
    override fun normalize(text: AlignedText): AlignedText = parts.fold(text) { made, part -> part.normalize(made) }
}

/** Lower-cases each character by itself: a final sigma is like any other. */
internal class Lowercase(private val table: UnicodeTable) : Normalizer {
    override fun normalize(text: AlignedText): AlignedText {
        val lowered = AlignedText(text.size)
        for (index in 0 until text.size) {
            val made = table.lowercase(text.points[index])
            if (made == null) {
                lowered.add(text.points[index], text, index)
            } else {
                for (point in made) lowered.add(point, text, index)
            }
        }
        return lowered
    }
}

/** Removes the characters that have [property]. */
internal class Removal(private val table: UnicodeTable, private val property: CharacterProperty) : Normalizer {
    override fun normalize(text: AlignedText): AlignedText {
        if ((0 until text.size).none { table.has(text.points[it], property) }) return text
        val kept = AlignedText(text.size)
        for (index in 0 until text.size) {
            if (!table.has(text.points[index], property)) kept.add(text.points[index], text, index)
        }
        return kept
    }
}
