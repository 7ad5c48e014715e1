/// The engines of a bundle's artifacts, each loaded when it is first needed.
actor LoadedEngines {
    private let bundle: ModelBundle
    private let loaders: [any EngineLoader]
    private let settings: EngineSettings
    // Tasks, so that who asks for an engine that is being loaded waits for it and loads no second one.
    private var engines: [Int: Task<any Engine, any Error>] = [:]

    init(bundle: ModelBundle, loaders: [any EngineLoader], settings: EngineSettings) {
        self.bundle = bundle
        self.loaders = loaders
        self.settings = settings
    }

    /// The engine of an artifact of one length; there is one for each length.
    ///
    /// - Throws: `EdgeError` if the artifact is damaged or does not load; the next call tries again
    func engine(_ artifact: ArtifactInfo) async throws -> any Engine {
        if let loading = engines[artifact.longest] { return try await loading.value }
        // A task of its own: cancelling who asked first must not fail others that wait for the same engine.
        let loading = Task { try await loadEngine(bundle, artifact, loaders: loaders, settings: settings) }
        engines[artifact.longest] = loading
        do {
            return try await loading.value
        } catch {
            engines[artifact.longest] = nil
            throw error
        }
    }
}
