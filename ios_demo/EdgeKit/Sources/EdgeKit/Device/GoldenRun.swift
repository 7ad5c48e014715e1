/// The inputs of each golden example, padded to the artifact's length.
func feeds(_ golden: Golden, _ artifact: ArtifactInfo) throws -> [[String: [Int32]]] {
    try golden.examples.map {
        try padInputs(inputIds: $0.inputIds, tokenTypeIds: $0.tokenTypeIds, artifact: artifact, padId: golden.padId)
    }
}

/// The outputs of the golden examples, at the positions of their references.
///
/// - Throws: `EdgeError` if they have other shapes than the references, or the runtime fails; `CancellationError` if the
///   task was cancelled between two examples
func goldenOutputs(
    _ engine: any Engine,
    _ artifact: ArtifactInfo,
    _ golden: Golden,
    _ feeds: [[String: [Int32]]]
) async throws -> [[String: [Float]]] {
    var found: [[String: [Float]]] = []
    for (example, feed) in zip(golden.examples, feeds) {
        try Task.checkCancellation()
        let outputs = try await runChecked(engine, artifact, feed)
        var selected: [String: [Float]] = [:]
        for (name, reference) in example.outputs {
            let values = select(outputs[name] ?? [], at: example.positions, rowSize: rowSize(artifact, name))
            guard values.count == reference.count else {
                throw EdgeError(
                    .input,
                    "\(artifact.id): its output '\(name)' has another shape than the golden vectors'; build the bundle"
                        + " again"
                )
            }
            selected[name] = values
        }
        found.append(selected)
    }
    return found
}

/// Values of one position, where an output has one row for each.
private func rowSize(_ artifact: ArtifactInfo, _ name: String) -> Int {
    let shape = artifact.outputs.first { $0.name == name }?.shape ?? []
    return shape.dropFirst(2).reduce(1, *)
}

/// The rows at `positions`, those that there are.
private func select(_ values: [Float], at positions: [Int]?, rowSize: Int) -> [Float] {
    guard let positions else { return values }
    return positions.flatMap { values.dropFirst($0 * rowSize).prefix(rowSize) }
}
