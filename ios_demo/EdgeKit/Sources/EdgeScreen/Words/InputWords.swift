import EdgeKit

/// What the fields of the screen are called where a model serves a task.
public struct InputWords: Equatable, Sendable {
    /// The first field's title.
    public let first: Phrase

    /// The second field's title; nil where the task has no second text.
    public let second: Phrase?

    /// Titles for `task`.
    public init(_ task: ModelTask) {
        first =
            switch task {
            case .questionAnswering: Phrase("Question")
            case .fillMask: Phrase("Text with [MASK] in it")
            default: Phrase("Text")
            }
        second =
            switch SecondField(task) {
            case .none: nil
            case .optionalText: Phrase("Second text, if the model compares two")
            case .textToCompare: Phrase("Second text, to compare with the first")
            case .context: Phrase("Text that has the answer")
            case .choices: Phrase("Choices, one on each line")
            }
    }
}
