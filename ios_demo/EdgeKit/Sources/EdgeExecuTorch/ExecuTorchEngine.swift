#if canImport(ExecuTorch)
    import EdgeKit
    import ExecuTorch
    import Foundation

    /// The method of a .pte that squeezebert-edge writes.
    private let method = "forward"

    /// A loaded .pte. Its inputs and outputs have places and no names, so the manifest's order is theirs.
    public actor ExecuTorchEngine: Engine {
        /// ExecuTorch's version, and what was left to it.
        public nonisolated let runtime: String

        private let artifact: ArtifactInfo
        private let module: Module
        private let inputs: [AnyTensor]

        /// What Core ML may use; nil where Core ML runs nothing of the artifact.
        private let computeUnits: ComputeUnits?

        /// - Throws: `EdgeError` if it takes other inputs than the artifact's, or what ExecuTorch throws
        init(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings, version: String) throws {
            self.artifact = artifact
            computeUnits = artifact.backend == "coreml" ? settings.computeUnits : nil
            runtime = "executorch \(version) (\(choice(computeUnits)))"
            module = Module(filePath: file.path, loadMode: .mmap)
            if let computeUnits {
                try module.load(options: coreMLOptions(computeUnits))
            }
            // Otherwise the first run would load it, and be no run like the others.
            try module.load(method)
            inputs = try inputTensors(module.methodMetadata(method), artifact)
        }

        /// Runs one inference.
        public func run(_ values: [String: [Int32]]) async throws -> [String: [Float]] {
            for (spec, tensor) in zip(artifact.inputs, inputs) {
                try tensor.fill(values[spec.name] ?? [], spec, artifact)
            }
            let results: [Value]
            do {
                results = try module.execute(method, inputs)
            } catch {
                throw failure(firstLine(error))
            }
            guard results.count == artifact.outputs.count else {
                throw failure("it has \(results.count) outputs, not \(artifact.outputs.count)")
            }
            var outputs: [String: [Float]] = [:]
            for (spec, value) in zip(artifact.outputs, results) {
                guard let tensor = value.anyTensor else { throw failure("'\(spec.name)' is no tensor") }
                let floats = tensor.dataType == .float ? tensor : tensor.copy(to: .float)
                outputs[spec.name] = Tensor<Float>(floats).scalars()
            }
            return outputs
        }

        /// What Core ML's backend may use; where it runs what, ExecuTorch does not say.
        public func coreMLDevices() async -> CoreMLDevices? {
            guard let computeUnits else { return nil }
            return CoreMLDevices(
                computeUnits: computeUnits,
                placement: nil,
                placementMissing: "ExecuTorch does not say it of its Core ML backend"
            )
        }

        private func failure(_ reason: String) -> EdgeError {
            EdgeError(.conversion, "\(artifact.id): ExecuTorch cannot run it (\(reason)); build it again")
        }
    }

    /// What is not the same in every run of this version.
    private func choice(_ computeUnits: ComputeUnits?) -> String {
        computeUnits.map { "Core ML, compute units \($0.rawValue)" } ?? "threads of its own choice"
    }

    /// Options of ExecuTorch's backend for Core ML, in its words (backends/apple/coreml).
    private func coreMLOptions(_ computeUnits: ComputeUnits) throws -> BackendOptionsMap {
        let words =
            switch computeUnits {
            case .cpu: "cpu_only"
            case .gpu: "cpu_and_gpu"
            case .neuralEngine: "cpu_and_ne"
            case .all: "all"
            }
        return try BackendOptionsMap(options: ["CoreMLBackend": [BackendOption("compute_unit", words)]])
    }

    /// Tensors for the inputs, of the shapes of the manifest and of the types of the file, int32 or int64.
    private func inputTensors(_ metadata: MethodMetadata, _ artifact: ArtifactInfo) throws -> [AnyTensor] {
        let found = metadata.inputTensorMetadata
        guard found.count == artifact.inputs.count else {
            throw EdgeError(
                .input,
                "\(artifact.id): it takes \(found.count) inputs, not \(artifact.inputs.count); build it again"
            )
        }
        return try artifact.inputs.enumerated().map { place, spec in
            guard let tensor = found[place], tensor.shape == spec.shape,
                tensor.dataType == .int || tensor.dataType == .long
            else {
                throw EdgeError(
                    .input,
                    "\(artifact.id): its input '\(spec.name)' is no integers of shape \(spec.shape); build it again"
                )
            }
            return AnyTensor.zeros(shape: spec.shape, dataType: tensor.dataType)
        }
    }

    extension AnyTensor {
        /// Writes `values`, which are in row-major order.
        fileprivate func fill(_ values: [Int32], _ spec: TensorSpec, _ artifact: ArtifactInfo) throws {
            guard values.count == spec.count else {
                throw EdgeError(
                    .input,
                    "\(artifact.id): input '\(spec.name)' takes \(spec.count) values, got \(values.count)"
                )
            }
            mutableBytes { bytes, _, type in
                if type == .long {
                    let storage = bytes.assumingMemoryBound(to: Int64.self)
                    for (place, value) in values.enumerated() { storage[place] = Int64(value) }
                } else {
                    let storage = bytes.assumingMemoryBound(to: Int32.self)
                    for (place, value) in values.enumerated() { storage[place] = value }
                }
            }
        }
    }
#endif
