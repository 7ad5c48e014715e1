import EdgeKit
import Foundation

/// Predicts with an artifact of a bundle, and its like of other lengths.
///
/// - Parameters:
///   - examples: a JSON array of examples, each an array of texts
///   - answers: file to write; a JSON array with an object for each example
/// - Throws: `EdgeError` if the bundle cannot be used; what is wrong with an example is its answer
func predict(
    bundle directory: URL,
    _ artifact: String,
    examples: URL,
    answers: URL,
    loaders: [any EngineLoader]
) async throws {
    let bundle = try ModelBundle(directory: directory)
    let artifacts = artifactsLike(bundle.manifest, try bundle.artifact(artifact), loaders)
    let settings = EngineSettings(threads: 1)
    let model = try await TextModel(bundle: bundle, artifacts: artifacts, loaders: loaders, settings: settings)
    var said: [Said] = []
    for texts in try JSONDecoder().decode([[String]].self, from: Data(contentsOf: examples)) {
        do {
            said.append(Said(try await model.predict(texts)))
        } catch let error as EdgeError {
            said.append(Said(error: error.message))
        }
    }
    try JSONEncoder().encode(said).write(to: answers)
}

/// What a model said of one example, or why it said nothing.
private struct Said: Encodable {
    var lengths: [Int] = []
    var predictions: [SaidPrediction] = []
    var embedding: [Float] = []
    var shape: [Int] = []
    var error: String?

    init(error: String) {
        self.error = error
    }

    init(_ result: ModelResult) {
        lengths = result.runs.flatMap(\.artifact.sequenceLengths)
        switch result.content {
        case .predictions(let predictions): self.predictions = predictions.map(SaidPrediction.init)
        case .embedding(let values, let shape):
            embedding = values
            self.shape = shape
        }
    }
}

private struct SaidPrediction: Encodable {
    let label: String
    let score: Double
    let start: Int?
    let end: Int?

    init(_ prediction: Prediction) {
        label = prediction.label
        score = prediction.score
        start = prediction.scalars?.lowerBound
        end = prediction.scalars?.upperBound
    }
}
