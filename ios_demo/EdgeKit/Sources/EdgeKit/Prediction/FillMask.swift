/// The words of a vocabulary, as fill-mask needs them.
public struct MaskVocabulary {
    /// Number of words: the last axis of the logits.
    public let size: Int

    /// Token id of `[MASK]`.
    public let maskId: Int

    /// The word of a token id.
    public let token: (Int) -> String

    /// The words of a vocabulary.
    public init(size: Int, maskId: Int, token: @escaping (Int) -> String) {
        self.size = size
        self.maskId = maskId
        self.token = token
    }
}

/// The best words for each mask, best first, in order of the masks.
///
/// - Parameters:
///   - logits: of shape (sequence length, vocabulary), row-major
///   - topK: how many for each mask at most
/// - Throws: `EdgeError` if the text has no mask
public func fillMasks(
    _ logits: [Float],
    encoding: Encoding,
    vocabulary: MaskVocabulary,
    topK: Int
) throws -> [Prediction] {
    let masks = encoding.inputIds.indices.filter { encoding.inputIds[$0] == vocabulary.maskId }
    if masks.isEmpty { throw EdgeError(.input, "fill-mask needs a text with [MASK] in it") }
    return masks.flatMap { position in
        let probabilities = softmax(row(logits, position, size: vocabulary.size))
        let scalars = encoding.starts[position]..<encoding.ends[position]
        return largest(probabilities, topK).map {
            Prediction(label: vocabulary.token($0), score: probabilities[$0], scalars: scalars)
        }
    }
}
