/// The arrays that an artifact of one length takes, for one example padded at its end.
///
/// - Parameters:
///   - inputIds: token ids without padding, at most the artifact's length of them
///   - tokenTypeIds: of each token
/// - Returns: for each input of the artifact out of `input_ids`, `attention_mask` (1 for tokens, 0 for padding) and
///   `token_type_ids` its values, of shape (1, length)
/// - Throws: `EdgeError` if the artifact takes something else
func padInputs(
    inputIds: [Int32],
    tokenTypeIds: [Int32],
    artifact: ArtifactInfo,
    padId: Int
) throws -> [String: [Int32]] {
    var inputs: [String: [Int32]] = [:]
    for spec in artifact.inputs {
        let (values, padding): ([Int32], Int) =
            switch spec.name {
            case "input_ids": (inputIds, padId)
            case "attention_mask": (Array(repeating: 1, count: inputIds.count), 0)
            case "token_type_ids": (tokenTypeIds, 0)
            default:
                throw EdgeError(
                    .input,
                    "\(artifact.id) takes an input '\(spec.name)' that this app does not know; install a newer app"
                )
            }
        inputs[spec.name] = values + Array(repeating: Int32(padding), count: artifact.longest - values.count)
    }
    return inputs
}

extension ArtifactInfo {
    /// Longest sequence that it takes, in tokens; a manifest that is read names one.
    var longest: Int { sequenceLengths.last ?? 0 }
}
