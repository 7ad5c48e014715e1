import EdgeKit
import Foundation

/// The runtimes of a Python process at the other end of this one's standard streams: a line of JSON out, one in, as
/// tests/laboratory/served_runtimes.py describes. They end with this process.
actor PythonRuntimes {
    /// Version of each runtime, by its name in `minimum_runtime`.
    nonisolated let versions: [String: String]

    /// - Throws: `EdgeError` if there are none
    init() throws {
        versions = try readAnswer([String: String].self)
    }

    /// Loaders of the formats whose runtimes are there.
    nonisolated var loaders: [any EngineLoader] {
        [("coreml", "iOS"), ("executorch", "executorch")].compactMap { format, name in
            versions[name].map { PythonLoader(format: format, runtimeName: name, version: $0, runtimes: self) }
        }
    }

    fileprivate func ask<Answer: Decodable>(_ question: some Encodable, _ type: Answer.Type) throws -> Answer {
        let line = try JSONEncoder().encode(question) + Data("\n".utf8)
        try FileHandle.standardOutput.write(contentsOf: line)
        return try readAnswer(type)
    }
}

private struct PythonLoader: EngineLoader {
    let format: String
    let runtimeName: String
    let version: String
    let runtimes: PythonRuntimes

    func load(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings) async throws -> any Engine {
        let question = Load(load: artifact, file: file.path, threads: settings.threads)
        let loaded = try await runtimes.ask(question, Loaded.self)
        let devices = CoreMLDevices(
            computeUnits: settings.computeUnits,
            placement: nil,
            placementMissing: "\(loaded.runtime) plans none"
        )
        return PythonEngine(
            runtime: loaded.runtime,
            handle: loaded.handle,
            devices: format == "coreml" ? devices : nil,
            runtimes: runtimes
        )
    }
}

private actor PythonEngine: Engine {
    nonisolated let runtime: String
    private let handle: Int
    private let devices: CoreMLDevices?
    private let runtimes: PythonRuntimes

    init(runtime: String, handle: Int, devices: CoreMLDevices?, runtimes: PythonRuntimes) {
        self.runtime = runtime
        self.handle = handle
        self.devices = devices
        self.runtimes = runtimes
    }

    func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]] {
        try await runtimes.ask(Run(run: handle, inputs: inputs), [String: [Float]].self)
    }

    func coreMLDevices() async -> CoreMLDevices? { devices }
}

private struct Load: Encodable {
    let load: ArtifactInfo
    let file: String
    let threads: Int
}

private struct Loaded: Decodable {
    let handle: Int
    let runtime: String
}

private struct Run: Encodable {
    let run: Int
    let inputs: [String: [Int32]]
}

private struct Failure: Decodable {
    let error: String
}

private func readAnswer<Answer: Decodable>(_ type: Answer.Type) throws -> Answer {
    guard let line = readLine() else { throw EdgeError(.conversion, "the runtimes' process ended") }
    let data = Data(line.utf8)
    if let failure = try? JSONDecoder().decode(Failure.self, from: data) {
        throw EdgeError(.conversion, failure.error)
    }
    return try JSONDecoder().decode(type, from: data)
}
