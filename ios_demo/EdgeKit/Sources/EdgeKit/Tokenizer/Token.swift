/// A token of a text, not one of the special tokens around it.
struct Token: Sendable {
    let id: Int32

    /// The first Unicode scalar of the text that it stands for.
    let start: Int

    /// The last one, exclusive.
    let end: Int

    /// Number of the word that it is a piece of.
    let word: Int
}

extension [Token] {
    /// Number of tokens of the shortest run of whole words that has at least `tokens`; at most all.
    func wordEnd(_ tokens: Int) -> Int {
        var end = Swift.min(tokens, count)
        while end > 0, end < count, self[end].word == self[end - 1].word { end += 1 }
        return end
    }
}
