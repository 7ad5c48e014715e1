#if canImport(ExecuTorch)
    import EdgeKit
    import Foundation

    /// Version of the ExecuTorch package in Package.swift, which has no constant for it. A manifest's
    /// `minimum_runtime` is compared with it.
    let executorchVersion = "1.5.1"

    /// Loads .pte files. Their weights are mapped into memory, not copied.
    ///
    /// `EngineSettings.threads` is without effect. ExecuTorch has one pool of threads for the process, with one thread
    /// for each performance core, and its API for Apple's systems has nothing to change that (1.5, extension/apple).
    public struct ExecuTorchLoader: EngineLoader {
        public let format = "executorch"
        public let runtimeName = "executorch"
        public let version = executorchVersion

        /// Loads .pte files.
        public init() {}

        public func load(
            _ file: URL,
            artifact: ArtifactInfo,
            settings: EngineSettings
        ) async throws -> any Engine {
            do {
                return try ExecuTorchEngine(file, artifact: artifact, settings: settings, version: version)
            } catch let error as EdgeError {
                throw error
            } catch {
                let reason = firstLine(error)
                throw EdgeError(.input, "\(artifact.id): ExecuTorch cannot load it (\(reason)); build it again")
            }
        }
    }
#endif
