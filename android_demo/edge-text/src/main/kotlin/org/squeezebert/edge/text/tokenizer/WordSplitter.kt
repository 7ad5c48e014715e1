package org.squeezebert.edge.text.tokenizer

/** BERT's pre-tokenizer: white space goes, and each punctuation character is a word of its own. */
internal class WordSplitter(private val table: UnicodeTable) {
    /** Calls [onWord] with the first and last (exclusive) code point of each word from [from] to [to]. */
    inline fun split(text: AlignedText, from: Int, to: Int, onWord: (from: Int, to: Int) -> Unit) {
        var start = from
        for (index in from until to) {
            val point = text.points[index]
            val isPunctuation = table.has(point, CharacterProperty.PUNCTUATION)
            if (!isPunctuation && !table.has(point, CharacterProperty.WHITESPACE)) continue
            if (start < index) onWord(start, index)
            if (isPunctuation) onWord(index, index + 1)
            start = index + 1
        }
        if (start < to) onWord(start, to)
    }
}
