import EdgeKit
import Foundation

/// Engines that compute by a formula: each value of an output is its place.
struct FormulaLoader: EngineLoader {
    let format = "coreml"
    let runtimeName = "iOS"
    let version = "17.0"

    /// What was loaded with it.
    let engines = FormulaEngines()

    /// Called before each inference.
    var beforeRun: @Sendable () async -> Void = {}

    func load(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings) async throws -> any Engine {
        let engine = FormulaEngine(artifact: artifact, beforeRun: beforeRun)
        await engines.add(engine, settings)
        return engine
    }
}

/// The engines of a loader.
actor FormulaEngines {
    private struct Loaded {
        weak var engine: FormulaEngine?
    }

    private var loaded: [Loaded] = []

    /// The settings of each that was loaded, in order.
    private(set) var settings: [EngineSettings] = []

    /// The most that were in memory when one was loaded.
    private(set) var mostOpen = 0

    func add(_ engine: FormulaEngine, _ settings: EngineSettings) {
        loaded.append(Loaded(engine: engine))
        self.settings.append(settings)
        mostOpen = max(mostOpen, loaded.filter { $0.engine != nil }.count)
    }
}

actor FormulaEngine: Engine {
    nonisolated let runtime = "formula 1.0"
    private let artifact: ArtifactInfo
    private let beforeRun: @Sendable () async -> Void

    init(artifact: ArtifactInfo, beforeRun: @escaping @Sendable () async -> Void) {
        self.artifact = artifact
        self.beforeRun = beforeRun
    }

    func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]] {
        await beforeRun()
        return Dictionary(uniqueKeysWithValues: artifact.outputs.map { ($0.name, (0..<$0.count).map(Float.init)) })
    }
}

/// A place where inferences wait from the one of a number on, until it is opened.
actor Gate {
    private let first: Int
    private var come = 0
    private var isOpen = false
    private var inferences: [CheckedContinuation<Void, Never>] = []
    private var tests: [CheckedContinuation<Void, Never>] = []

    init(closedFrom first: Int) {
        self.first = first
    }

    /// For an inference.
    func pass() async {
        come += 1
        if come < first || isOpen { return }
        for test in tests { test.resume() }
        tests = []
        await withCheckedContinuation { inferences.append($0) }
    }

    /// Waits until an inference waits here.
    func reached() async {
        if come >= first { return }
        await withCheckedContinuation { tests.append($0) }
    }

    func open() {
        isOpen = true
        for inference in inferences { inference.resume() }
        inferences = []
    }
}
