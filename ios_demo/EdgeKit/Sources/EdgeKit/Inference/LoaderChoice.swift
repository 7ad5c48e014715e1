/// What loads an artifact and runs it right.
///
/// - Parameter loaders: all that the app has
/// - Throws: `EdgeError` if there is none, with the reason and what to do
func findLoader(_ artifact: ArtifactInfo, _ loaders: [any EngineLoader]) throws(EdgeError) -> any EngineLoader {
    guard let loader = loaders.first(where: { $0.format == artifact.format }),
        let known = backends(of: artifact.format),
        known.contains(artifact.backend ?? known[0])
    else { throw notForThisApp(artifact, loaders) }
    try checkVersion(artifact, loader)
    if artifact.format == "executorch" && artifact.backend == "coreml" {
        // Such an .pte has a Core ML package in it, which the system reads.
        guard let system = loaders.first(where: { $0.format == "coreml" }) else {
            throw notForThisApp(artifact, loaders)
        }
        try checkVersion(artifact, system)
    }
    return loader
}

/// What the runtime of a format is given to run on, on Apple's systems.
private func backends(of format: String) -> [String]? {
    switch format {
    case "coreml": ["neural-engine", "cpu-gpu"]
    case "executorch": ["xnnpack", "coreml"]
    default: nil
    }
}

private func notForThisApp(_ artifact: ArtifactInfo, _ loaders: [any EngineLoader]) -> EdgeError {
    let kinds = loaders.map(\.format).compactMap { format in
        backends(of: format).map { "\(format) artifacts for \($0.joined(separator: " and "))" }
    }
    return EdgeError(
        .input,
        "\(artifact.id) is not for this app, which runs \(kinds.joined(separator: ", and ")): it is"
            + " \(artifact.format) for \(artifact.backend ?? "any backend"); build one of those"
    )
}

private func checkVersion(_ artifact: ArtifactInfo, _ loader: any EngineLoader) throws(EdgeError) {
    guard let needed = artifact.minimumRuntime[loader.runtimeName] else {
        throw EdgeError(
            .input,
            "\(artifact.id) needs another runtime than \(loader.runtimeName); build the bundle again"
        )
    }
    guard let minimum = RuntimeVersion(needed) else {
        throw EdgeError(
            .input,
            "\(artifact.id): '\(needed)' in minimum_runtime is no version; build the bundle again"
        )
    }
    if !isOlder(loader.version, than: minimum) { return }
    // Core ML is a part of the system.
    let message =
        loader.format == "coreml"
        ? "\(artifact.id) needs \(loader.runtimeName) \(needed), and this device has \(loader.version); update it, or"
            + " build for an older one with --deployment-target"
        : "this app's \(loader.runtimeName) \(loader.version) does not compute \(artifact.id) right, which needs at"
            + " least \(needed); install a newer app"
    throw EdgeError(.input, message)
}
