/// One prediction.
public struct Prediction: Equatable, Sendable {
    /// Label, answer, word for the mask, or choice.
    public let label: String

    /// Probability, 0 to 1; of a single label (regression) its value as it is.
    public let score: Double

    /// The Unicode scalars of the text that it stands for; nil where it stands for the whole text.
    public let scalars: Range<Int>?

    /// A prediction.
    public init(label: String, score: Double, scalars: Range<Int>? = nil) {
        self.label = label
        self.score = score
        self.scalars = scalars
    }
}
