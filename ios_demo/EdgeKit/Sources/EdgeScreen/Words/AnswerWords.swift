import EdgeKit

/// A row of the answer: a label, its score, and a bar.
public struct AnswerRow: Equatable, Sendable {
    /// A label, with the word that it stands for in the text where it stands for one.
    public let label: Phrase

    /// A share in percent, or a value.
    public let score: Phrase

    /// Where in the text it stands; nil if it stands for all of it.
    public let place: Phrase?

    /// The bar's length, 0 to 1; nil for a value that has none.
    public let share: Double?

    /// What a screen reader says after the label.
    public var spoken: Phrase {
        guard let place else { return score }
        return Phrase("%@, %@", .phrase(score), .phrase(place))
    }
}

/// An answer in words.
public struct AnswerWords: Equatable, Sendable {
    /// The answer in a line.
    public let summary: Phrase

    /// The text with what the answer stands for marked; empty if it has no place in the text.
    public let text: [TextPiece]

    /// What an embedding is; nil where the summary says it, or there is none.
    public let description: Phrase?

    /// That the end of the text was not read; nil if it was.
    public let note: Phrase?

    /// Best first, or in the order of the text.
    public let rows: [AnswerRow]

    /// How many tokens the text has.
    public let tokenCount: Phrase

    /// The tokens themselves, with spaces between them.
    public let tokens: String

    /// An answer in words.
    public init(_ answer: ShownAnswer, numbers: Numbers = Numbers()) {
        let scores = ScoreWords(numbers: numbers)
        note = answer.truncated ? Phrase("The text is longer than the model takes. Its end was not read.") : nil
        tokens = answer.tokens.joined(separator: " ")
        tokenCount = countOfTokens(answer)
        switch answer.content {
        case .predicted(let task, let text, let predictions, let areProbabilities):
            summary = scores.summary(task, predictions, areProbabilities: areProbabilities)
            self.text = markedText(text, predictions)
            description = nil
            rows = predictions.map { scores.row(task, text, $0, areProbabilities: areProbabilities) }
        case .embedded(let size, let tokens, let beginning, let similarity):
            let embedding = scores.embedding(size: size, tokens: tokens, beginning: beginning)
            text = []
            guard let similarity else {
                summary = embedding
                description = nil
                rows = []
                return
            }
            let cosine = Phrase.verbatim(numbers.value(similarity, digits: 3))
            summary = Phrase("Cosine similarity %@", .phrase(cosine))
            description = embedding
            rows = [AnswerRow(label: Phrase("Cosine similarity"), score: cosine, place: nil, share: share(similarity))]
        }
    }
}

private func countOfTokens(_ answer: ShownAnswer) -> Phrase {
    let tokens = Phrase("%lld of %lld tokens", .number(answer.tokens.count), .number(answer.sequenceLength))
    if answer.inferences == 1 { return tokens }
    return Phrase("%@, the first of %lld inferences", .phrase(tokens), .number(answer.inferences))
}

private func share(_ score: Double) -> Double { min(max(score, 0), 1) }

private struct ScoreWords {
    let numbers: Numbers

    func summary(_ task: ModelTask, _ predictions: [Prediction], areProbabilities: Bool) -> Phrase {
        guard let best = predictions.first else { return Phrase("The model found nothing in this text.") }
        if task == .tokenClassification { return Phrase("%lld words found", .number(predictions.count)) }
        return Phrase("%@, %@", .text(best.label), .phrase(score(best, areProbabilities)))
    }

    func row(_ task: ModelTask, _ text: String, _ prediction: Prediction, areProbabilities: Bool) -> AnswerRow {
        let place = place(of: prediction, in: text)
        return AnswerRow(
            label: label(task, text, prediction, place),
            score: score(prediction, areProbabilities),
            // People count from 1.
            place: place.map {
                Phrase("characters %lld to %lld", .number($0.lowerBound + 1), .number($0.upperBound))
            },
            share: areProbabilities ? share(prediction.score) : nil
        )
    }

    func embedding(size: Int, tokens: Int?, beginning: [Float]) -> Phrase {
        let values = beginning.map { numbers.value(Double($0), digits: 3) }.joined(separator: "  ")
        guard let tokens else {
            return Phrase("Embedding of %lld numbers: %@ …", .number(size), .text(values))
        }
        return Phrase(
            "%lld tokens of %lld numbers each. Their mean: %@ …",
            .number(tokens),
            .number(size),
            .text(values)
        )
    }

    /// An entity's label says nothing without its word.
    private func label(_ task: ModelTask, _ text: String, _ prediction: Prediction, _ place: Range<Int>?) -> Phrase {
        guard task == .tokenClassification, let place else { return .verbatim(prediction.label) }
        let word = String(text[ScalarOffsets(text).range(place)])
        return Phrase("%@: %@", .text(word), .text(prediction.label))
    }

    private func score(_ prediction: Prediction, _ areProbabilities: Bool) -> Phrase {
        .verbatim(areProbabilities ? numbers.percent(prediction.score) : numbers.value(prediction.score, digits: 3))
    }
}
