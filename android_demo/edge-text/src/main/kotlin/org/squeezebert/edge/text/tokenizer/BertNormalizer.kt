package org.squeezebert.edge.text.tokenizer

/**
 * BERT's normalizer: what [cleanText], [spaceIdeographs], [stripAccents] and [lowercase] ask for, in this order.
 *
 * The file's `strip_accents` may be null; it is then what `lowercase` is.
 */
internal class BertNormalizer(
    private val table: UnicodeTable,
    cleanText: Boolean,
    spaceIdeographs: Boolean,
    stripAccents: Boolean,
    lowercase: Boolean,
) : Normalizer {
    private val steps =
        NormalizerSequence(
            listOfNotNull(
                if (cleanText) Normalizer(::clean) else null,
                if (spaceIdeographs) Normalizer(::space) else null,
                if (stripAccents) CanonicalDecomposition(table) else null,
                if (stripAccents) Removal(table, CharacterProperty.ACCENT) else null,
                if (lowercase) Lowercase(table) else null,
            ),
        )

    override fun normalize(text: AlignedText): AlignedText = steps.normalize(text)

    /** Removes control characters and makes each white space a space. */
    private fun clean(text: AlignedText): AlignedText {
        val cleaned = AlignedText(text.size)
        for (index in 0 until text.size) {
            val point = text.points[index]
            if (table.has(point, CharacterProperty.CONTROL)) continue
            cleaned.add(if (table.has(point, CharacterProperty.WHITESPACE)) SPACE else point, text, index)
        }
        return cleaned
    }

    /** Puts each Chinese character between spaces. */
    private fun space(text: AlignedText): AlignedText {
        if ((0 until text.size).none { table.has(text.points[it], CharacterProperty.IDEOGRAPH) }) return text
        val spaced = AlignedText(2 * text.size)
        for (index in 0 until text.size) {
            val isIdeograph = table.has(text.points[index], CharacterProperty.IDEOGRAPH)
            if (isIdeograph) spaced.add(SPACE, text, index)
            spaced.add(text.points[index], text, index)
            if (isIdeograph) spaced.add(SPACE, text, index)
        }
        return spaced
    }

    private companion object {
        const val SPACE = ' '.code
    }
}
