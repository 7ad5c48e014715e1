import EdgeKit
import Foundation

/// An open bundle and the model that is loaded from it. One call at a time: `Session` sees to it.
actor LoadedModel {
    private let loaders: [any EngineLoader]
    private let device: ScreenDevice
    private var latencies = RecentLatencies()
    private var bundle: ModelBundle?
    private var model: TextModel?

    init(loaders: [any EngineLoader], device: ScreenDevice) {
        self.loaders = loaders
        self.device = device
    }

    /// Reads the manifest of the bundle in `directory` and gives back what was loaded before.
    ///
    /// - Parameter choice: what to choose; where it says nothing, or what is not there, what suits this device best
    /// - Throws: `EdgeError` if it is no bundle, or nothing in it runs here
    func open(_ directory: URL, _ choice: Choice) throws -> LoadedBundle {
        unload()
        bundle = nil
        let opened = try ModelBundle(directory: directory)
        let manifest = opened.manifest
        let task = try ModelTask(name: manifest.model.task)
        let best = try bestArtifacts(opened, target: device.target, loaders: loaders)
        var choices: [ArtifactChoice] = []
        for artifact in usableArtifacts(manifest, loaders) {
            let alike = ArtifactChoice(artifacts: artifactsLike(manifest, artifact, loaders))
            if !choices.contains(alike) { choices.append(alike) }
        }
        let wanted = choices.firstIndex { $0.artifacts.contains { $0.id == choice.artifactId } }
        bundle = opened
        return LoadedBundle(
            modelName: manifest.model.name,
            task: task,
            artifacts: choices,
            chosenArtifact: wanted ?? choices.firstIndex { $0.artifacts == best } ?? 0,
            settings: EngineSettings(
                threads: threadsFor(manifest, target: device.target, cores: device.cores),
                computeUnits: choice.computeUnits ?? .all
            ),
            leftOut: manifest.artifacts
                .filter { artifact in loaders.contains { $0.format == artifact.format } }
                .compactMap { whyNot($0, loaders) }
        )
    }

    /// Loads what is chosen in `loaded`, unless it is loaded already.
    ///
    /// - Returns: name and version of what computes
    /// - Throws: `EdgeError` if a file is damaged, or the runtime cannot load it
    func load(_ loaded: LoadedBundle) async throws -> String {
        if let runtime = loaded.runtime, model != nil { return runtime }
        guard let bundle else { throw EdgeError(.input, "no bundle is open; choose one") }
        // First, so that two models are never in memory.
        unload()
        let new = try await TextModel(
            bundle: bundle,
            artifacts: loaded.artifact.artifacts,
            loaders: loaders,
            settings: loaded.settings
        )
        model = new
        return new.runtime
    }

    /// Runs each of `examples` once and says what the screen shows of them.
    func answer(_ examples: [[String]]) async throws -> ShownAnswer {
        let model = try loadedModel()
        var results: [ModelResult] = []
        for texts in examples {
            results.append(try await predict(model, texts))
        }
        let tokenizer = model.tokenizer
        return ShownAnswer(
            model.task,
            examples: examples,
            results: results,
            labels: bundle?.manifest.model.labels ?? [],
            token: { tokenizer.token($0) }
        )
    }

    /// Runs `texts` at most `limit` times and about as long as `duration`, and returns how many times it did.
    func run(_ texts: [String], atMost limit: Int, for duration: Duration) async throws -> Int {
        let model = try loadedModel()
        let end = ContinuousClock.now + duration
        var done = 0
        while done < limit && ContinuousClock.now < end {
            _ = try await predict(model, texts)
            done += 1
        }
        return done
    }

    /// Of the runs since the model was loaded; nil if there were none.
    func figures() -> Figures? {
        guard let summary = latencies.summary else { return nil }
        return Figures(latencies: summary, memoryBytes: device.memoryBytes(), thermalState: device.thermalState())
    }

    private func loadedModel() throws -> TextModel {
        guard let model else { throw EdgeError(.input, "no model is loaded; choose an artifact") }
        return model
    }

    /// Runs one example and remembers how long it took, tokens and answer included.
    private func predict(_ model: TextModel, _ texts: [String]) async throws -> ModelResult {
        try Task.checkCancellation()
        let begin = ContinuousClock.now
        let result = try await model.predict(texts, topK: wantedPredictions(model.task))
        latencies.add((ContinuousClock.now - begin) / .milliseconds(1))
        return result
    }

    private func unload() {
        latencies.clear()
        model = nil
    }
}
