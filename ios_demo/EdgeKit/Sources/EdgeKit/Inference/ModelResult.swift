/// What a model says of one example.
public struct ModelResult: Sendable {
    /// What it says, by the kind of its task.
    public enum Content: Sendable {
        /// Best first; of token-classification and fill-mask in the text's order.
        case predictions([Prediction])

        /// Values, row-major, and their shape: (hidden size) for the text, or (tokens, hidden size).
        case embedding([Float], shape: [Int])
    }

    /// What it says.
    public let content: Content

    /// The inferences that it took, in order: one for each window of a context or each choice, else a single one.
    public let runs: [ModelRun]

    /// What a model says.
    public init(content: Content, runs: [ModelRun]) {
        self.content = content
        self.runs = runs
    }
}

/// One inference.
public struct ModelRun: Sendable {
    /// What ran, of one length.
    public let artifact: ArtifactInfo

    /// The tokens that it ran on; their offsets highlight them in the text.
    public let encoding: Encoding

    /// One inference.
    public init(artifact: ArtifactInfo, encoding: Encoding) {
        self.artifact = artifact
        self.encoding = encoding
    }
}
