private let outside = "O"

/// The best labels of a text, best first.
///
/// - Parameters:
///   - logits: one for each label
///   - topK: how many at most
public func classifyText(_ logits: [Float], labels: [String], topK: Int) -> [Prediction] {
    if labels.count == 1 { return [Prediction(label: labels[0], score: Double(logits[0]))] }
    return ranked(logits, names: labels, topK: topK)
}

/// Each word's label unless it is `O`; a word takes its first piece's label.
///
/// - Parameter logits: of shape (sequence length, labels), row-major
public func classifyTokens(_ logits: [Float], encoding: Encoding, labels: [String]) -> [Prediction] {
    words(encoding, segment: 0).compactMap { pieces in
        let first = pieces[0]
        let probabilities = softmax(row(logits, first, size: labels.count))
        guard let best = indexOfLargest(probabilities), labels[best] != outside else { return nil }
        let scalars = encoding.starts[first]..<encoding.ends[pieces[pieces.count - 1]]
        return Prediction(label: labels[best], score: probabilities[best], scalars: scalars)
    }
}

/// The best choices, best first.
///
/// - Parameters:
///   - scores: one logit for each choice
///   - topK: how many at most
public func rankChoices(_ scores: [Float], choices: [String], topK: Int) -> [Prediction] {
    ranked(scores, names: choices, topK: topK)
}

/// One row of a matrix with rows of `size` values.
func row(_ values: [Float], _ index: Int, size: Int) -> ArraySlice<Float> {
    values[index * size..<(index + 1) * size]
}

private func ranked(_ logits: [Float], names: [String], topK: Int) -> [Prediction] {
    let probabilities = softmax(logits)
    return largest(probabilities, topK).map { Prediction(label: names[$0], score: probabilities[$0]) }
}
