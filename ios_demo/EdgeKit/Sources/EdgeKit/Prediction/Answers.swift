/// Longest answer to a question in tokens, as in transformers' pipeline.
private let maximumAnswerTokens = 15

/// A question with one window of its context, and what an artifact computes for it.
public struct AnswerWindow: Sendable {
    /// The tokens of both.
    public let encoding: Encoding

    /// How much each position is like the first of the answer; of shape (sequence length).
    public let startLogits: [Float]

    /// The same of the last position.
    public let endLogits: [Float]

    /// A window and what was computed for it.
    public init(encoding: Encoding, startLogits: [Float], endLogits: [Float]) {
        self.encoding = encoding
        self.startLogits = startLogits
        self.endLogits = endLogits
    }
}

/// The best spans of whole words of the context over all windows, best first.
///
/// A span's score is the product of its start's and its end's probability among the context's tokens and `[CLS]`, which
/// stands for no answer.
///
/// - Parameter topK: how many at most
public func bestAnswers(_ windows: [AnswerWindow], context: String, topK: Int) -> [Prediction] {
    // In order of first sight, which decides between equal scores.
    var places: [Range<Int>: Int] = [:]
    var found: [Range<Int>] = []
    var scores: [Double] = []
    for span in windows.flatMap(spans) {
        if let place = places[span.scalars] {
            scores[place] = max(scores[place], span.score)
        } else {
            places[span.scalars] = found.count
            found.append(span.scalars)
            scores.append(span.score)
        }
    }
    let offsets = ScalarOffsets(context)
    return largest(scores, topK).map { best in
        let answer = String(context[offsets.range(found[best])])
        return Prediction(label: answer, score: scores[best], scalars: found[best])
    }
}

private struct Span {
    let scalars: Range<Int>
    let score: Double
}

/// A position in the context, with the first and the last of its word.
private struct Piece {
    let position: Int
    let firstOfWord: Int
    let lastOfWord: Int
}

private func spans(_ window: AnswerWindow) -> [Span] {
    let encoding = window.encoding
    let pieces = words(encoding, segment: 1).flatMap { word in
        word.map { Piece(position: $0, firstOfWord: word[0], lastOfWord: word[word.count - 1]) }
    }
    let starts = borderProbabilities(window.startLogits, pieces)
    let ends = borderProbabilities(window.endLogits, pieces)
    return pieces.indices.flatMap { first in
        (first..<min(first + maximumAnswerTokens, pieces.count)).map { last in
            let scalars = encoding.starts[pieces[first].firstOfWord]..<encoding.ends[pieces[last].lastOfWord]
            return Span(scalars: scalars, score: starts[first] * ends[last])
        }
    }
}

/// The probability of each piece among the pieces and `[CLS]`, which is the sequence's first position.
private func borderProbabilities(_ logits: [Float], _ pieces: [Piece]) -> [Double] {
    Array(softmax([logits[0]] + pieces.map { logits[$0.position] }).dropFirst())
}
