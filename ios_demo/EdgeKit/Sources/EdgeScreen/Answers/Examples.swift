import EdgeKit
import Foundation

/// What stands in the second field of the screen.
enum SecondField: Equatable {
    case none
    case optionalText
    case textToCompare
    case context
    case choices

    /// What the second field is for where a model serves `task`.
    init(_ task: ModelTask) {
        switch task {
        case .featureExtraction: self = .textToCompare
        case .textClassification: self = .optionalText
        case .questionAnswering: self = .context
        case .multipleChoice: self = .choices
        case .tokenClassification, .fillMask: self = .none
        }
    }
}

/// The examples that two fields of the screen hold, each with the texts that the model takes: one, or two where two
/// texts are compared by their embeddings.
func examples(_ task: ModelTask, first: String, second: String) -> [[String]] {
    switch SecondField(task) {
    case .none: [[first]]
    case .optionalText: [[first] + textIn(second)]
    case .textToCompare: ([first] + textIn(second)).map { [$0] }
    case .context: [[first, second]]
    case .choices: [[first] + lines(of: second)]
    }
}

/// How many predictions the screen has room for; nil for what the task gives by itself.
func wantedPredictions(_ task: ModelTask) -> Int? {
    switch task {
    case .textClassification: 5
    case .questionAnswering: 3
    default: nil
    }
}

private func textIn(_ field: String) -> [String] {
    trimmed(field).isEmpty ? [] : [field]
}

private func lines(of text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { trimmed(String($0)) }.filter { !$0.isEmpty }
}

private func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
}
