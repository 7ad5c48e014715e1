import EdgeKit

/// Descriptions of what is chosen.
extension LoadedBundle {
    /// The model and its task.
    public var bundlePhrase: Phrase { Phrase("%@: %@", .text(modelName), .text(task.rawValue)) }

    /// Lengths, size, what computes, and what was left out, each artifact on a line of its own.
    public func artifactPhrase(numbers: Numbers = Numbers()) -> Phrase {
        let lengths = artifact.lengths.map(String.init).joined(separator: ", ")
        let size = Phrase.Value.phrase(numbers.megabytes(artifact.bytes))
        let description =
            if let runtime {
                Phrase("%@ tokens, %@, %@", .text(lengths), size, .text(runtime))
            } else {
                Phrase("%@ tokens, %@", .text(lengths), size)
            }
        return .lines([description] + leftOut.map(Phrase.verbatim))
    }
}

extension ArtifactChoice {
    /// Format, backend and recipe.
    public var title: String {
        guard let artifact = artifacts.first else { return "" }
        return [artifact.format, artifact.backend, artifact.recipe].compactMap { $0 }.joined(separator: ", ")
    }
}

/// What a choice of Core ML's devices is called.
public func phrase(of units: ComputeUnits) -> Phrase {
    switch units {
    case .cpu: Phrase("CPU")
    case .gpu: Phrase("CPU and GPU")
    case .neuralEngine: Phrase("CPU and Neural Engine")
    case .all: Phrase("All")
    }
}
