/// Why an artifact cannot be run right here.
///
/// - Parameter loaders: all that the app has
/// - Returns: nil if it can, else the reason and what to do, in one line
public func whyNot(_ artifact: ArtifactInfo, _ loaders: [any EngineLoader]) -> String? {
    do {
        _ = try findLoader(artifact, loaders)
        return nil
    } catch {
        return error.message
    }
}

/// The artifacts of a bundle that `loaders` run right, in the manifest's order.
public func usableArtifacts(_ manifest: Manifest, _ loaders: [any EngineLoader]) -> [ArtifactInfo] {
    manifest.artifacts.filter { whyNot($0, loaders) == nil }
}

/// The artifacts of the same format, backend and recipe as `artifact`, of all lengths: what a `TextModel` takes.
///
/// - Parameter loaders: all that the app has; an artifact that they do not run right is left out
public func artifactsLike(
    _ manifest: Manifest,
    _ artifact: ArtifactInfo,
    _ loaders: [any EngineLoader]
) -> [ArtifactInfo] {
    usableArtifacts(manifest, loaders).filter { other in
        other.format == artifact.format && other.knownBackend == artifact.knownBackend
            && other.recipe == artifact.recipe
    }
}

/// The artifacts that suit a device best, of one format, backend and recipe, one for each length.
///
/// That is what the manifest names for the target if it runs here, else the first by the target's order of formats,
/// backends and recipes; what the target does not know comes last.
///
/// - Throws: `EdgeError` if nothing in the bundle runs here
public func bestArtifacts(
    _ bundle: ModelBundle,
    target: AppleTarget,
    loaders: [any EngineLoader]
) throws -> [ArtifactInfo] {
    let manifest = bundle.manifest
    let usable = usableArtifacts(manifest, loaders)
    let named = usable.first { $0.id == manifest.targets[target.name] }
    guard let best = named ?? rank(usable, for: target).first else {
        let reasons = manifest.artifacts.compactMap { whyNot($0, loaders) }
        let why = reasons.first ?? "it has no artifacts; build it again"
        throw EdgeError(.input, "\(bundle.directory.path): nothing here runs on this device: \(why)")
    }
    return artifactsLike(manifest, best, loaders)
}

/// CPU threads for one inference: the manifest's for the target, else the target's own; at most `cores`.
public func threadsFor(_ manifest: Manifest, target: AppleTarget, cores: Int) -> Int {
    let threads = manifest.targetThreads?[target.name] ?? target.threads
    return min(max(threads, 1), max(cores, 1))
}

/// The artifacts in the order that `target` prefers them in: by format, backend, recipe, then the longest.
func rank(_ artifacts: [ArtifactInfo], for target: AppleTarget) -> [ArtifactInfo] {
    let formats = target.backends.map(\.format)
    func preference(_ artifact: ArtifactInfo) -> [Int] {
        let format = place(artifact.format, in: formats)
        let backends = format < formats.count ? target.backends[format].backends : []
        return [
            format,
            place(artifact.knownBackend, in: backends),
            place(artifact.recipe, in: target.recipes),
            -(artifact.sequenceLengths.last ?? 0),
        ]
    }
    return artifacts.sorted { preference($0).lexicographicallyPrecedes(preference($1)) }
}

private func place(_ name: String, in order: [String]) -> Int { order.firstIndex(of: name) ?? order.count }

extension ArtifactInfo {
    /// The backend; of bundles that are older than backends what they were built for.
    fileprivate var knownBackend: String { backend ?? (format == "coreml" ? "cpu-gpu" : "xnnpack") }
}
