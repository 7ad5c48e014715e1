#if canImport(CoreML)
    import CoreML
    import EdgeKit
    import Foundation

    /// Loads .mlpackage folders.
    ///
    /// Core ML loads only what it compiled for its system before. That takes seconds, so it is done once and kept:
    /// the first load of a package is slow, later ones are not.
    public struct CoreMLLoader: EngineLoader {
        public let format = "coreml"
        public let runtimeName = systemName
        public let version: String

        private let models: CompiledModels

        /// Loads .mlpackage folders.
        ///
        /// - Parameter cache: folder for compiled models, which may be emptied at any time; nil for one in the app's
        ///   Caches
        public init(cache: URL? = nil) {
            let build = ProcessInfo.processInfo.operatingSystemVersionString
            self.init(cache: cache, version: systemVersion(), build: build)
        }

        /// - Parameter build: names the system to the last build, since each has a compiler of its own
        init(cache: URL?, version: String, build: String) {
            self.version = version
            models = CompiledModels(root: cache ?? CompiledModels.defaultRoot, system: build)
        }

        public func load(
            _ file: URL,
            artifact: ArtifactInfo,
            settings: EngineSettings
        ) async throws -> any Engine {
            let options = CoreMLOptions(
                computeUnits: settings.computeUnits,
                function: artifact.functions?.last?.name
            )
            try options.check(artifact, version: version)
            do {
                return try await load(file, artifact, options)
            } catch let error as EdgeError {
                throw error
            } catch {
                let reason = firstLine(error)
                throw EdgeError(.input, "\(artifact.id): Core ML cannot load it (\(reason)); build it again")
            }
        }

        private func load(
            _ file: URL,
            _ artifact: ArtifactInfo,
            _ options: CoreMLOptions
        ) async throws -> CoreMLEngine {
            if let kept = models.find(artifact.sha256) {
                do {
                    return try await open(kept, artifact, options)
                } catch {
                    // It may be damaged: Core ML says of what it compiles anew whether the package is.
                    models.remove(artifact.sha256)
                }
            }
            return try await open(models.compile(file, sha256: artifact.sha256), artifact, options)
        }

        private func open(
            _ compiled: URL,
            _ artifact: ArtifactInfo,
            _ options: CoreMLOptions
        ) async throws -> CoreMLEngine {
            try await CoreMLEngine(compiled: compiled, artifact: artifact, options: options, version: version)
        }
    }
#endif
