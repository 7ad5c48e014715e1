/// BERT's pre-tokenizer: white space goes, and each punctuation character is a word of its own.
struct WordSplitter: Sendable {
    let table: UnicodeTable

    /// Calls `onWord` with the place of each word in `range` of `text`.
    func split(_ text: AlignedText, _ range: Range<Int>, _ onWord: (Range<Int>) -> Void) {
        var start = range.lowerBound
        for index in range {
            let point = text[index].point
            let isPunctuation = table.has(point, .punctuation)
            guard isPunctuation || table.has(point, .whitespace) else { continue }
            if start < index { onWord(start..<index) }
            if isPunctuation { onWord(index..<index + 1) }
            start = index + 1
        }
        if start < range.upperBound { onWord(start..<range.upperBound) }
    }
}
