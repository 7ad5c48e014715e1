import EdgeKit
import Foundation
import Observation

/// How many runs a measurement on the screen has.
private let measuredRuns = 100

/// How often a measurement stops to say how far it is.
private let progress = Duration.milliseconds(200)

/// What the screen does and shows. One thing goes on at a time: what begins cancels what goes on.
@MainActor
@Observable
public final class Session {
    /// What the screen shows.
    public private(set) var state = ScreenState()

    /// What stands in the first text field.
    public var firstText: String {
        get { choice.firstText }
        set { choice.firstText = newValue }
    }

    /// What stands in the second text field.
    public var secondText: String {
        get { choice.secondText }
        set { choice.secondText = newValue }
    }

    /// Place of the chosen bundle in `state.bundles`; setting it chooses another.
    public var bundleIndex: Int? {
        get { state.chosenBundle }
        set { if let newValue { chooseBundle(newValue) } }
    }

    /// Place of the chosen artifact; setting it chooses another.
    public var artifactIndex: Int {
        get { state.loaded?.chosenArtifact ?? 0 }
        set { chooseArtifact(newValue) }
    }

    /// The devices that Core ML may use; setting them loads the artifact again.
    public var computeUnits: ComputeUnits {
        get { state.loaded?.settings.computeUnits ?? .all }
        set { chooseComputeUnits(newValue) }
    }

    private var choice = Choice()
    private let model: LoadedModel
    private let findBundles: @Sendable () throws -> [BundleFolder]
    @ObservationIgnored private var job: Task<Void, Never>?
    @ObservationIgnored private var jobNumber = 0

    /// What a screen does.
    ///
    /// - Parameters:
    ///   - loaders: all that the app has
    ///   - findBundles: may take its time
    public init(
        loaders: [any EngineLoader],
        device: ScreenDevice,
        findBundles: @escaping @Sendable () throws -> [BundleFolder]
    ) {
        self.findBundles = findBundles
        model = LoadedModel(loaders: loaders, device: device)
    }

    /// What a person chose and wrote, as one string: what to give to `start` at the next launch.
    public var remembered: String { choice.text }

    /// Looks for bundles and goes on where the last launch ended.
    ///
    /// - Parameter remembered: what `remembered` was then; anything else begins anew
    public func start(remembered: String) {
        choice = Choice(remembered)
        look()
    }

    /// Looks for bundles and loads the one that was chosen before, else the first.
    public func look() {
        begin(.looking) { [self] in
            state = ScreenState(work: state.work)
            let found = try await find()
            let index = found.firstIndex { $0.name == choice.bundle }
            state.bundles = found
            if found.isEmpty { return }
            if index == nil { forgetBundle() }
            try await openAndLoad(index ?? 0)
        }
    }

    /// Reads another bundle and loads what suits this device best.
    public func chooseBundle(_ index: Int) {
        guard state.bundles.indices.contains(index) else { return }
        forgetBundle()
        showBundle(index)
        begin(.loading(state.bundles[index].name.folder)) { [self] in try await openAndLoad(index) }
    }

    /// Loads another artifact of the bundle.
    public func chooseArtifact(_ index: Int) {
        reload { loaded in
            guard loaded.artifacts.indices.contains(index) else { return }
            loaded.chosenArtifact = index
        }
        choice.artifactId = state.loaded?.artifact.id
    }

    /// Loads the artifact again for other devices of Core ML's.
    public func chooseComputeUnits(_ units: ComputeUnits) {
        choice.computeUnits = units
        reload { $0.settings.computeUnits = units }
    }

    /// Runs the texts that stand on the screen once.
    public func run() {
        let texts = (firstText, secondText)
        begin(.running) { [self] in
            try await load()
            state.work = .running
            _ = try await answer(first: texts.0, second: texts.1)
        }
    }

    /// Runs them many times, so that the times mean something.
    public func measure() {
        let texts = (firstText, secondText)
        begin(.running) { [self] in
            try await load()
            state.work = .measuring(0, of: measuredRuns)
            let examples = try await answer(first: texts.0, second: texts.1)
            var done = examples.count
            while done < measuredRuns {
                state.work = .measuring(done, of: measuredRuns)
                done += try await onModel { [left = measuredRuns - done] in
                    try await $0.run(examples[0], atMost: left, for: progress)
                }
            }
            try await showFigures()
        }
    }

    /// Ends what goes on, after the inference that runs now; what was measured is shown.
    public func cancel() {
        job?.cancel()
    }

    /// Waits until nothing goes on any more.
    func finish() async {
        while state.work != nil { await job?.value }
    }

    private func find() async throws -> [BundleFolder] {
        let findBundles = findBundles
        let found = try await Task.detached { try findBundles() }.value
        try Task.checkCancellation()
        return found
    }

    private func openAndLoad(_ index: Int) async throws {
        showBundle(index)
        let directory = state.bundles[index].directory
        state.work = .loading(directory.lastPathComponent)
        let opened = try await onModel { [choice] in try await $0.open(directory, choice) }
        state.loaded = opened
        choice.artifactId = opened.artifact.id
        try await load()
    }

    /// Shows a bundle as chosen, and nothing of what was loaded before.
    private func showBundle(_ index: Int) {
        choice.bundle = state.bundles[index].name
        state.chosenBundle = index
        state.loaded = nil
        state.answer = nil
        state.figures = nil
    }

    /// Forgets what was chosen in the bundle before. The devices of Core ML stay: they are a choice about this device.
    private func forgetBundle() {
        choice.artifactId = nil
    }

    /// Changes what is chosen in the bundle and loads it.
    private func reload(_ change: (inout LoadedBundle) -> Void) {
        guard var loaded = state.loaded else { return }
        change(&loaded)
        loaded.runtime = nil
        showLoaded(loaded)
        begin(.loading(loaded.artifact.id)) { [self] in
            // Once more: what went on before may have said something last.
            showLoaded(loaded)
            try await load()
        }
    }

    private func showLoaded(_ loaded: LoadedBundle) {
        state.loaded = loaded
        state.answer = nil
        state.figures = nil
    }

    private func load() async throws {
        guard let loaded = state.loaded else { throw EdgeError(.input, "no bundle is open; choose one") }
        if loaded.runtime == nil { state.work = .loading(loaded.artifact.id) }
        state.loaded?.runtime = try await onModel { try await $0.load(loaded) }
    }

    private func answer(first: String, second: String) async throws -> [[String]] {
        guard let task = state.loaded?.task else { throw EdgeError(.input, "no bundle is open; choose one") }
        let examples = examples(task, first: first, second: second)
        state.answer = try await onModel { try await $0.answer(examples) }
        try await showFigures()
        return examples
    }

    private func showFigures() async throws {
        state.figures = try await onModel { await $0.figures() }
    }

    /// What was cancelled shows nothing more.
    private func onModel<T: Sendable>(_ call: @Sendable (LoadedModel) async throws -> T) async throws -> T {
        let result = try await call(model)
        try Task.checkCancellation()
        return result
    }

    private func begin(_ work: Work, _ act: @escaping @MainActor () async throws -> Void) {
        let previous = job
        previous?.cancel()
        state.work = work
        state.problem = nil
        jobNumber += 1
        let number = jobNumber
        job = Task {
            await previous?.value
            await end(number, with: result(of: act))
        }
    }

    private func result(of act: @MainActor () async throws -> Void) async -> (any Error)? {
        do {
            try Task.checkCancellation()
            try await act()
            return nil
        } catch {
            return error
        }
    }

    /// Shows how the job of a number ended, unless another one took its place.
    private func end(_ number: Int, with error: (any Error)?) async {
        guard number == jobNumber else { return }
        if Task.isCancelled {
            // A person ended it: what was measured until then is shown.
            let figures = await model.figures()
            guard number == jobNumber else { return }
            state.figures = figures
        } else if let error {
            // Whatever a file or a runtime does wrong is a message; the app goes on.
            state.problem = Problem(error)
        }
        state.work = nil
    }
}
