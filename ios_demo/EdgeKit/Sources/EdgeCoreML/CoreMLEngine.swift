#if canImport(CoreML)
    import EdgeKit
    import Foundation

    /// A loaded Core ML model.
    ///
    /// Core ML's asynchronous prediction leaves the actor that calls it, while its classes are not Sendable and a
    /// model is for one caller at a time. So model and buffers live in one task, a `CoreMLSession` there, and the
    /// actor hands it the inputs one after the other.
    public actor CoreMLEngine: Engine {
        /// Core ML, the system's version, and what was allowed.
        public nonisolated let runtime: String

        private let compiled: URL
        private let options: CoreMLOptions
        private let version: String
        private let inferences: AsyncStream<Inference>.Continuation

        /// - Throws: `EdgeError` if the model lacks an output of the artifact, or what Core ML throws
        init(compiled: URL, artifact: ArtifactInfo, options: CoreMLOptions, version: String) async throws {
            runtime = "Core ML (\(systemName) \(version), compute units \(options.computeUnits.rawValue))"
            self.compiled = compiled
            self.options = options
            self.version = version
            let (stream, inferences) = AsyncStream.makeStream(of: Inference.self)
            self.inferences = inferences
            try await withCheckedThrowingContinuation { loaded in
                Task.detached(priority: .userInitiated) {
                    await serve(stream, compiled, artifact, options, loaded)
                }
            }
        }

        deinit {
            inferences.finish()
        }

        /// Runs one inference; several at a time wait for each other.
        public func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]] {
            try await withCheckedThrowingContinuation { answer in
                inferences.yield(Inference(inputs: inputs, answer: answer))
            }
        }

        /// Reading Core ML's plan takes about as long as a load.
        public func coreMLDevices() async -> CoreMLDevices? {
            await readDevices(compiled, options, version: version)
        }
    }

    private struct Inference: Sendable {
        let inputs: [String: [Int32]]
        let answer: CheckedContinuation<[String: [Float]], any Error>
    }

    /// Loads a model and runs it until the engine is gone.
    private func serve(
        _ inferences: AsyncStream<Inference>,
        _ compiled: URL,
        _ artifact: ArtifactInfo,
        _ options: CoreMLOptions,
        _ loaded: CheckedContinuation<Void, any Error>
    ) async {
        let session: CoreMLSession
        do {
            session = try await CoreMLSession(compiled, artifact, options)
        } catch {
            loaded.resume(throwing: error)
            return
        }
        loaded.resume()
        for await inference in inferences {
            do {
                inference.answer.resume(returning: try await session.run(inference.inputs))
            } catch {
                inference.answer.resume(throwing: error)
            }
        }
    }
#endif
