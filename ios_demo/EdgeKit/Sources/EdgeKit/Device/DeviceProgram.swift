import Foundation

/// The app as a device program of `squeezebert-edge bench`: one request in, one answer out, both JSON files.
public struct DeviceProgram: Sendable {
    private let program: String
    private let loaders: [any EngineLoader]
    private let instruments: Instruments

    /// A program.
    ///
    /// - Parameters:
    ///   - program: name and version of the app: `squeezebert-edge-ios 0.1.0`
    ///   - loaders: all that the app has
    public init(program: String, loaders: [any EngineLoader], instruments: Instruments) {
        self.program = program
        self.loaders = loaders
        self.instruments = instruments
    }

    /// Does what the app was launched for.
    ///
    /// - Parameter device: what the device is, for a description
    /// - Throws: `EdgeError` if the answer cannot be written, or files cannot be removed
    public func run(_ arguments: LaunchArguments, device: @Sendable () -> DeviceDescription) async throws {
        switch arguments.work {
        case .work(let request, let answer):
            makeFolder(arguments.folder)
            _ = try await doWork(request: request, answer: answer)
        case .describe(let answer):
            makeFolder(arguments.folder)
            _ = try describe(device(), answer: answer)
        case .clean:
            try clean(arguments.folder)
        }
    }

    /// Does what `request` asks for and writes the `Answer`, whatever happens: an error of any kind is written too.
    ///
    /// - Parameters:
    ///   - request: a `WorkRequest`; a relative bundle and relative outputs are relative to its folder
    ///   - answer: file to write, whole or not at all; outputs are complete before it is there
    /// - Returns: what was written
    /// - Throws: `EdgeError` if the answer cannot be written
    public func doWork(request: URL, answer: URL) async throws -> Answer {
        let document: Answer
        do {
            document = Answer(result: try await work(request))
        } catch let error as EdgeError {
            document = Answer(error: WorkError(error.kind, error.message))
        } catch is CancellationError {
            document = Answer(error: WorkError(.device, "the app was stopped before it was done; start it again"))
        } catch {
            // A runtime that fails in its own way: nobody but the answer says it.
            document = Answer(error: WorkError(.device, "the app failed: \(type(of: error)): \(error)"))
        }
        try writeWhole(document, to: answer)
        return document
    }

    /// Writes the `AppDescription` to `answer`, whole or not at all.
    ///
    /// - Returns: what was written
    /// - Throws: `EdgeError` if it cannot be written
    public func describe(_ device: DeviceDescription, answer: URL) throws -> AppDescription {
        // Core ML is a part of the system, whose version the host knows.
        let runtimes = loaders.filter { $0.format != "coreml" }.map { ($0.runtimeName, $0.version) }
        let description = AppDescription(
            program: program,
            runtimes: Dictionary(runtimes) { first, _ in first },
            device: device
        )
        try writeWhole(description, to: answer)
        return description
    }

    /// Writes to `answer` that the work ended early, unless an answer is there already. It may be called while the work
    /// goes on.
    ///
    /// - Parameter message: what is wrong and what to do
    /// - Throws: `EdgeError` if it cannot be written
    public func fail(_ message: String, answer: URL) throws {
        guard !FileManager.default.fileExists(atPath: answer.path) else { return }
        try writeWhole(Answer(error: WorkError(.device, message)), to: answer)
    }

    /// Removes the folder of requests, bundles and answers, if it is there.
    ///
    /// - Throws: `EdgeError` if it cannot be removed
    public func clean(_ folder: URL) throws {
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            throw EdgeError(
                .device,
                "\(folder.path): cannot be removed (\(fileProblem(error))); remove it in the Files app"
            )
        }
    }

    /// If it cannot be made, writing the answer says why.
    private func makeFolder(_ folder: URL) {
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func work(_ file: URL) async throws -> WorkResult {
        let request = try readRequest(file)
        let folder = file.deletingLastPathComponent()
        let bundle = try ModelBundle(directory: place(request.bundle, in: folder))
        let artifact = try atLength(try bundle.artifact(request.artifact), request.sequenceLength)
        let golden = try await bundle.golden(request.sequenceLength)
        let feeds = try feeds(golden, artifact)
        let (engine, loadMs) = try await load(bundle, artifact, request)
        var timing: Timing?
        if let rule = request.measurement {
            timing = try await measure(rule, instruments) { _ = try await engine.run(feeds[0]) }
        }
        var worst: Double?
        if let name = request.outputs {
            let found = try await goldenOutputs(engine, artifact, golden, feeds)
            try write(golden, found, to: place(name, in: folder))
            worst = worstCosine(golden.examples.map(\.outputs), found)
        }
        return WorkResult(
            program: program,
            runtime: engine.runtime,
            request: request,
            loadMs: loadMs,
            worstCosine: worst,
            timing: timing,
            // Core ML's plan takes about as long as a load, and says something of a measurement only.
            coreML: timing == nil ? nil : await engine.coreMLDevices()
        )
    }

    /// The engine, and how many milliseconds an app waits for it.
    private func load(
        _ bundle: ModelBundle,
        _ artifact: ArtifactInfo,
        _ request: WorkRequest
    ) async throws -> (engine: any Engine, milliseconds: Double) {
        let settings = EngineSettings(threads: request.threads, computeUnits: request.computeUnits ?? .all)
        // The first load pays for loading the runtime's library, and for what Core ML keeps of a compiled model; the
        // second is what an app sees.
        _ = try await loadEngine(bundle, artifact, loaders: loaders, settings: settings)
        let end = instruments.begin(.load)
        defer { end() }
        let loaded = try await Stopwatch(clock: instruments.clock).time {
            try await loadEngine(bundle, artifact, loaders: loaders, settings: settings)
        }
        return (loaded.value, loaded.milliseconds)
    }

    private func write(_ golden: Golden, _ outputs: [[String: [Float]]], to file: URL) throws {
        do {
            try writeOutputs(golden, outputs, to: file)
        } catch {
            throw EdgeError(
                .device,
                "\(file.path): cannot be written (\(fileProblem(error))); make room on the device"
            )
        }
    }
}
