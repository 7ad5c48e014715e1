import Foundation

/// An artifact at one length, loaded into a runtime.
public protocol Engine: Actor {
    /// Name and version of what computes, for example `executorch 1.5.1`.
    nonisolated var runtime: String { get }

    /// Runs one inference.
    ///
    /// - Parameter inputs: values of each input of the artifact by the manifest's names, row-major, of the manifest's
    ///   shapes
    /// - Returns: values of each output by the manifest's names, row-major
    func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]]

    /// The devices that Core ML was allowed and plans to use; nil for other runtimes.
    func coreMLDevices() async -> CoreMLDevices?
}

extension Engine {
    /// Nil: only Core ML plans.
    public func coreMLDevices() async -> CoreMLDevices? { nil }
}

/// What loads artifacts of one format.
public protocol EngineLoader: Sendable {
    /// The format, as manifest.json names it: `coreml`, `executorch`.
    var format: String { get }

    /// The runtime's name in `minimum_runtime`: `iOS` or `macOS` for Core ML, `executorch`.
    var runtimeName: String { get }

    /// The runtime's version; Core ML's is the system's.
    var version: String { get }

    /// Loads an artifact.
    ///
    /// - Parameter artifact: of one length; the last of its functions, if it has any, is the one to load
    /// - Throws: `EdgeError` if the runtime cannot load it
    func load(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings) async throws -> any Engine
}

/// What an inference may use.
public struct EngineSettings: Equatable, Sendable {
    /// CPU threads of one inference; Core ML chooses its own.
    public var threads: Int

    /// The devices that Core ML may use; means nothing to other runtimes.
    public var computeUnits: ComputeUnits

    /// What an inference may use.
    public init(threads: Int, computeUnits: ComputeUnits = .all) {
        self.threads = threads
        self.computeUnits = computeUnits
    }
}
