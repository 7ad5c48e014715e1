/// What an encoder can serve: the six tasks of squeezebert-edge, by the names that the Hugging Face Hub uses.
public enum ModelTask: String, CaseIterable, Sendable {
    case featureExtraction = "feature-extraction"
    case textClassification = "text-classification"
    case tokenClassification = "token-classification"
    case questionAnswering = "question-answering"
    case fillMask = "fill-mask"
    case multipleChoice = "multiple-choice"

    /// The task called `name`.
    ///
    /// - Throws: `EdgeError` if there is none of that name
    public init(name: String) throws {
        guard let task = ModelTask(rawValue: name) else {
            let known = ModelTask.allCases.map(\.rawValue).joined(separator: ", ")
            throw EdgeError(.input, "unknown task '\(name)': choose one of \(known)")
        }
        self = task
    }

    /// The texts of one example, in words.
    public var takes: String {
        switch self {
        case .featureExtraction, .tokenClassification, .fillMask: "one text"
        case .textClassification: "one text or two"
        case .questionAnswering: "a question and a context"
        case .multipleChoice: "a text and at least two choices"
        }
    }

    /// Whether an example may have a second text.
    public var takesSecondText: Bool { textCounts.upperBound > 1 }

    /// Checks the texts of one example.
    ///
    /// - Throws: `EdgeError` if one is empty, or there are too few or too many of them
    public func checkTexts(_ texts: [String]) throws {
        if texts.contains(where: { $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) }) {
            throw EdgeError(.input, "an empty text has nothing to predict; give one with words in it")
        }
        if !textCounts.contains(texts.count) {
            throw EdgeError(.input, "\(rawValue) takes \(takes), but \(texts.count) were given")
        }
    }

    /// Names of an artifact's outputs; none where it has one of any name.
    var outputs: [String] {
        switch self {
        case .featureExtraction: []
        case .questionAnswering: ["start_logits", "end_logits"]
        default: ["logits"]
        }
    }

    /// Whether the manifest's labels name the last axis of the output.
    var isLabelled: Bool { self == .textClassification || self == .tokenClassification }

    private var textCounts: ClosedRange<Int> {
        switch self {
        case .featureExtraction, .tokenClassification, .fillMask: 1...1
        case .textClassification: 1...2
        case .questionAnswering: 2...2
        case .multipleChoice: 3...Int.max
        }
    }
}
