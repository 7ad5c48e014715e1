/// Splits a word into the longest pieces that the vocabulary has, from its beginning on.
struct WordPiece: Sendable {
    let vocabulary: Vocabulary

    /// Token of a word that cannot be split so.
    let unknownId: Int32

    /// Words of more scalars than this are unknown.
    let longestWord: Int

    /// Appends the tokens of the word at `range` of `text`, under the number `word`.
    func addTokens(of text: AlignedText, _ range: Range<Int>, word: Int, to tokens: inout [Token]) {
        let before = tokens.count
        var start = range.lowerBound
        while range.count <= longestWord, start < range.upperBound {
            let continues = start > range.lowerBound
            guard
                let piece = vocabulary.longest(in: text, from: start, to: range.upperBound, continues: continues)
            else { break }
            tokens.append(Token(id: piece.id, start: text[start].start, end: text[piece.end - 1].end, word: word))
            start = piece.end
        }
        guard start < range.upperBound else { return }
        tokens.removeSubrange(before...)
        let end = text[range.upperBound - 1].end
        tokens.append(Token(id: unknownId, start: text[range.lowerBound].start, end: end, word: word))
    }
}
