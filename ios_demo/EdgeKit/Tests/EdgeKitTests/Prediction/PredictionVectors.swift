import EdgeKit
import Foundation

/// One case of predictions.json, which `python -m tests.app_vectors` writes from `edge.predictions`.
struct PredictionCase: Decodable {
    private let expected: [Expected]
    private let encodings: [EncodingDocument]?
    let task: String

    /// The text that predictions have places in: the last of the example's.
    let text: String
    let topK: Int
    let labels: [String]?
    let logits: [Float]?
    let startLogits: [Float]?
    let endLogits: [Float]?
    let maskId: Int?

    /// What the Python library predicts, with places in Unicode scalars.
    var predictions: [Prediction] {
        expected.map { each in
            let scalars = each.start.flatMap { start in each.end.map { scalar(start)..<scalar($0) } }
            return Prediction(label: each.label, score: each.score, scalars: scalars)
        }
    }

    /// The encodings that the logits are for; of two texts, only the second one's tokens have their places.
    func readEncodings() -> [Encoding] {
        let documents = encodings ?? []
        let segment: Int32 = documents.contains { $0.tokenTypeIds.contains(1) } ? 1 : 0
        return documents.map { document in
            let isThere = document.tokenTypeIds.map { $0 == segment }
            return Encoding(
                inputIds: document.inputIds,
                tokenTypeIds: document.tokenTypeIds,
                starts: zip(document.starts, isThere).map { $1 ? scalar($0) : 0 },
                ends: zip(document.ends, isThere).map { $1 ? scalar($0) : 0 },
                words: document.words,
                truncated: document.truncated
            )
        }
    }

    /// The number of the Unicode scalar at a UTF-16 offset of the text.
    private func scalar(_ utf16: Int) -> Int {
        let index = text.utf16.index(text.startIndex, offsetBy: utf16)
        return text.unicodeScalars.distance(from: text.startIndex, to: index)
    }

    private struct Expected: Decodable {
        let label: String
        let score: Double
        let start: Int?
        let end: Int?
    }

    private struct EncodingDocument: Decodable {
        let inputIds: [Int32]
        let tokenTypeIds: [Int32]
        let starts: [Int]
        let ends: [Int]
        let words: [Int]
        let truncated: Bool
    }
}

/// All cases of all tasks; throws if they have not been written.
func readPredictionCases() throws -> [PredictionCase] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
        [PredictionCase].self,
        from: Data(contentsOf: AppVectors.url("predictions/predictions.json"))
    )
}
