/// Joins tokens to a text.
struct WordPieceDecoder: Sendable {
    /// What a token that continues a word begins with.
    let prefix: String

    /// Whether spaces before punctuation and English contractions go.
    let cleanUp: Bool

    private static let replacements = [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ]

    func decode(_ tokens: [String]) -> String {
        var text = String.UnicodeScalarView()
        for (index, token) in tokens.enumerated() {
            let scalars = token.unicodeScalars
            let joined: [Unicode.Scalar]
            if index > 0, scalars.starts(with: prefix.unicodeScalars) {
                joined = Array(scalars.dropFirst(prefix.unicodeScalars.count))
            } else {
                joined = (index > 0 ? [" "] : []) + Array(scalars)
            }
            text += cleanUp ? cleaned(joined) : joined
        }
        return String(text)
    }

    private func cleaned(_ token: [Unicode.Scalar]) -> [Unicode.Scalar] {
        WordPieceDecoder.replacements.reduce(token) { text, pair in
            replaced(text, Array(pair.0.unicodeScalars), Array(pair.1.unicodeScalars))
        }
    }

    private func replaced(
        _ text: [Unicode.Scalar],
        _ old: [Unicode.Scalar],
        _ new: [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var made: [Unicode.Scalar] = []
        var rest = text[...]
        while let first = rest.first {
            if rest.starts(with: old) {
                made += new
                rest = rest.dropFirst(old.count)
            } else {
                made.append(first)
                rest = rest.dropFirst()
            }
        }
        return made
    }
}
