/// Loads an artifact of one length, its checksum and its minimum runtime checked.
///
/// - Throws: `EdgeError` if it is damaged, cannot be run right here, or does not load
public func loadEngine(
    _ bundle: ModelBundle,
    _ artifact: ArtifactInfo,
    loaders: [any EngineLoader],
    settings: EngineSettings
) async throws -> any Engine {
    let loader = try findLoader(artifact, loaders)
    return try await loader.load(try await bundle.artifactFile(artifact), artifact: artifact, settings: settings)
}

/// Runs one inference and checks that the outputs are those of the manifest.
///
/// - Throws: `EdgeError` if one is missing or has another size
func runChecked(
    _ engine: any Engine,
    _ artifact: ArtifactInfo,
    _ inputs: [String: [Int32]]
) async throws -> [String: [Float]] {
    let outputs = try await engine.run(inputs)
    for spec in artifact.outputs {
        let count = outputs[spec.name]?.count
        if count != spec.count {
            throw EdgeError(
                .conversion,
                "\(artifact.id): \(engine.runtime) returned \(count.map(String.init) ?? "no") values for"
                    + " '\(spec.name)', not \(spec.count); build the bundle again"
            )
        }
    }
    return outputs
}
