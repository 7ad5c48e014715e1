import Testing

@testable import EdgeKit

/// What is read from logits is what `edge.predictions` reads.
@Suite(.needsAppVectors)
struct PredictionVectorsTests {
    @Test func labelsOfAText() throws {
        try compare("text-classification") { vector in
            classifyText(try #require(vector.logits), labels: try #require(vector.labels), topK: vector.topK)
        }
    }

    @Test func labelsOfWords() throws {
        try compare("token-classification") { vector in
            let encoding = try #require(vector.readEncodings().first)
            return classifyTokens(
                try #require(vector.logits),
                encoding: encoding,
                labels: try #require(vector.labels)
            )
        }
    }

    @Test func wordsForMasks() throws {
        try compare("fill-mask") { vector in
            let words = try #require(vector.labels)
            let vocabulary = MaskVocabulary(size: words.count, maskId: try #require(vector.maskId)) { words[$0] }
            let encoding = try #require(vector.readEncodings().first)
            return try fillMasks(
                try #require(vector.logits),
                encoding: encoding,
                vocabulary: vocabulary,
                topK: vector.topK
            )
        }
    }

    @Test func answersToAQuestion() throws {
        try compare("question-answering") { vector in
            let encodings = vector.readEncodings()
            let starts = try #require(vector.startLogits)
            let ends = try #require(vector.endLogits)
            let length = starts.count / encodings.count
            let windows = encodings.enumerated().map { number, encoding in
                AnswerWindow(
                    encoding: encoding,
                    startLogits: Array(row(starts, number, size: length)),
                    endLogits: Array(row(ends, number, size: length))
                )
            }
            return bestAnswers(windows, context: vector.text, topK: vector.topK)
        }
    }

    @Test func choicesInOrder() throws {
        try compare("multiple-choice") { vector in
            rankChoices(try #require(vector.logits), choices: try #require(vector.labels), topK: vector.topK)
        }
    }

    private func compare(_ task: String, predict: (PredictionCase) throws -> [Prediction]) throws {
        let vectors = try readPredictionCases().filter { $0.task == task }
        try #require(!vectors.isEmpty)
        for (number, vector) in vectors.enumerated() {
            let found = try predict(vector)
            let expected = vector.predictions
            #expect(found.map(\.scalars) == expected.map(\.scalars), "case \(number)")
            #expect(found.map { Array($0.label.unicodeScalars) } == expected.map { Array($0.label.unicodeScalars) })
            for (wanted, got) in zip(expected, found) {
                let difference = abs(wanted.score - got.score)
                #expect(difference <= 1e-12 * abs(wanted.score), "case \(number): \(wanted), but \(got)")
            }
        }
    }
}
