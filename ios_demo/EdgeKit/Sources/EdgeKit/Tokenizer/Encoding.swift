/// One example's tokens, without padding. All arrays have one entry for each token.
public struct Encoding: Equatable, Sendable {
    /// Ids in the vocabulary.
    public let inputIds: [Int32]

    /// 0 for the first text, 1 for the second.
    public let tokenTypeIds: [Int32]

    /// The first Unicode scalar of each token in its text; 0 for `[CLS]` and `[SEP]`.
    public let starts: [Int]

    /// The last Unicode scalar, exclusive; 0 for `[CLS]` and `[SEP]`.
    public let ends: [Int]

    /// Number of the word that each token is a piece of, from 0 in each text; -1 for `[CLS]` and `[SEP]`.
    public let words: [Int]

    /// Whether tokens were cut off to fit.
    public let truncated: Bool

    /// Tokens of one example.
    public init(
        inputIds: [Int32],
        tokenTypeIds: [Int32],
        starts: [Int],
        ends: [Int],
        words: [Int],
        truncated: Bool
    ) {
        self.inputIds = inputIds
        self.tokenTypeIds = tokenTypeIds
        self.starts = starts
        self.ends = ends
        self.words = words
        self.truncated = truncated
    }

    /// Number of tokens.
    public var count: Int { inputIds.count }
}
