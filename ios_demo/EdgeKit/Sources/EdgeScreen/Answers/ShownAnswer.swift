import EdgeKit

/// How many of an embedding's numbers the screen shows.
private let shownNumbers = 4

/// What a model said.
public struct ShownAnswer: Equatable, Sendable {
    /// What it said, by the kind of its task.
    enum Content: Equatable, Sendable {
        /// Predictions of `task`, whose places count in `text`; scores are probabilities, or one label's value.
        case predicted(task: ModelTask, text: String, predictions: [Prediction], areProbabilities: Bool)

        /// A vector of `size` numbers, the first of which are `beginning`: of the text, or the mean of its `tokens`.
        /// `similarity` is the cosine with the second text's, if there is one.
        case embedded(size: Int, tokens: Int?, beginning: [Float], similarity: Double?)
    }

    let content: Content

    /// What the first inference read.
    let tokens: [String]

    /// Length that the tokens were padded to.
    let sequenceLength: Int

    /// How many inferences it took.
    let inferences: Int

    /// Whether the end of the text was not read.
    let truncated: Bool
}

extension ShownAnswer {
    /// What the screen shows of a model's results.
    ///
    /// - Parameters:
    ///   - examples: the texts of each result
    ///   - results: one, or two embeddings to compare
    ///   - labels: the model's
    ///   - token: the token of an id
    init(
        _ task: ModelTask,
        examples: [[String]],
        results: [ModelResult],
        labels: [String],
        token: (Int) -> String
    ) {
        let runs = results.flatMap(\.runs)
        let first = runs.first
        tokens = first?.encoding.inputIds.map { token(Int($0)) } ?? []
        sequenceLength = first?.artifact.sequenceLengths.last ?? 0
        inferences = runs.count
        truncated = runs.contains { $0.encoding.truncated }
        let texts = examples.first ?? []
        let vectors = results.compactMap(embedding)
        switch results.first?.content {
        case .embedding(_, let shape):
            content = .embedded(
                size: vectors[0].count,
                tokens: shape.count > 1 ? shape[0] : nil,
                beginning: Array(vectors[0].prefix(shownNumbers)),
                similarity: vectors.count > 1 ? similarity(vectors[0], vectors[1]) : nil
            )
        case .predictions(let predictions):
            content = .predicted(
                task: task,
                // Places in the answer to a question count in the context.
                text: (task == .questionAnswering ? texts.last : texts.first) ?? "",
                predictions: predictions,
                areProbabilities: !(task == .textClassification && labels.count == 1)
            )
        case nil:
            content = .predicted(task: task, text: "", predictions: [], areProbabilities: true)
        }
    }
}

private func embedding(_ result: ModelResult) -> [Float]? {
    guard case .embedding(let values, let shape) = result.content else { return nil }
    return textEmbedding(values, shape: shape)
}
