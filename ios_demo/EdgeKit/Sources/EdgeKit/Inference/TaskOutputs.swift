extension ModelTask {
    /// Checks that an artifact of one length has the outputs that the task reads.
    ///
    /// - Throws: `EdgeError` if it has not
    func check(_ artifact: ArtifactInfo, labels: [String]) throws {
        func problem(_ what: String) -> EdgeError {
            EdgeError(.input, "\(artifact.id) has \(what); build the bundle again")
        }
        let names = artifact.outputs.map(\.name)
        if let missing = outputs.first(where: { !names.contains($0) }) {
            throw problem("no output '\(missing)', which \(rawValue) needs")
        }
        if names.isEmpty { throw problem("no outputs") }
        for spec in artifact.outputs where outputs.isEmpty || outputs.contains(spec.name) {
            if isLabelled && spec.shape.last != labels.count {
                throw problem("outputs for another number of labels than the model's \(labels.count)")
            }
            if !reads(spec.shape, length: artifact.longest) {
                throw problem("an output '\(spec.name)' of shape \(spec.shape), which \(rawValue) does not read")
            }
        }
    }

    /// Whether the task reads outputs of this shape, at a length in tokens.
    private func reads(_ shape: [Int], length: Int) -> Bool {
        switch self {
        case .featureExtraction: shape.count == 2 || shape.count == 3 && shape[1] == length
        case .textClassification: shape.count == 2 && shape[0] == 1
        case .tokenClassification, .fillMask: shape.count == 3 && shape[..<2] == [1, length]
        case .questionAnswering: shape == [1, length]
        case .multipleChoice: shape == [1, 1]
        }
    }
}
