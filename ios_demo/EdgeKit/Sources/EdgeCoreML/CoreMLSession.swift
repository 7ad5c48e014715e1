#if canImport(CoreML)
    import CoreML
    import EdgeKit
    import Foundation

    /// A model and the buffers of its inputs and outputs, the same ones for every run.
    final class CoreMLSession {
        private let artifact: ArtifactInfo
        private let model: MLModel
        private let inputs: [MLMultiArray]
        private let features: MLDictionaryFeatureProvider
        private let options = MLPredictionOptions()

        /// - Throws: `EdgeError` if the model lacks an output of the artifact, or what Core ML throws
        init(_ compiled: URL, _ artifact: ArtifactInfo, _ options: CoreMLOptions) async throws {
            let model = try await MLModel.load(contentsOf: compiled, configuration: options.configuration())
            let inputs = try artifact.inputs.map { try MLMultiArray(shape: $0.numbers, dataType: .int32) }
            let values = inputs.map { MLFeatureValue(multiArray: $0) }
            let names = artifact.inputs.map(\.name)
            self.artifact = artifact
            self.model = model
            self.inputs = inputs
            features = try MLDictionaryFeatureProvider(dictionary: Dictionary(uniqueKeysWithValues: zip(names, values)))
            // Core ML writes into these where it can, and returns arrays of its own where it cannot.
            for spec in artifact.outputs {
                self.options.outputBackings[spec.name] = try MLMultiArray(
                    shape: spec.numbers,
                    dataType: try outputType(model, spec, artifact)
                )
            }
        }

        /// Maps inputs to outputs, both by name and in row-major order.
        func run(_ values: [String: [Int32]]) async throws -> [String: [Float]] {
            for (spec, array) in zip(artifact.inputs, inputs) {
                try array.fill(values[spec.name] ?? [], spec, artifact)
            }
            let results: any MLFeatureProvider
            do {
                results = try await model.prediction(from: features, options: options)
            } catch {
                throw EdgeError(
                    .conversion,
                    "\(artifact.id): Core ML cannot run it (\(firstLine(error))); build it again"
                )
            }
            var outputs: [String: [Float]] = [:]
            for spec in artifact.outputs {
                guard let array = results.featureValue(for: spec.name)?.multiArrayValue,
                    let floats = rowMajorFloats(array)
                else {
                    throw EdgeError(
                        .conversion,
                        "\(artifact.id): Core ML computes no numbers for output '\(spec.name)'; build it again"
                    )
                }
                outputs[spec.name] = floats
            }
            return outputs
        }
    }

    /// The type of an output: float16 or float32, as the package was converted.
    private func outputType(
        _ model: MLModel,
        _ spec: TensorSpec,
        _ artifact: ArtifactInfo
    ) throws -> MLMultiArrayDataType {
        let description = model.modelDescription.outputDescriptionsByName[spec.name]
        guard let constraint = description?.multiArrayConstraint else {
            throw EdgeError(.input, "\(artifact.id): the package has no output '\(spec.name)'; build it again")
        }
        return constraint.dataType
    }

    extension MLMultiArray {
        /// Writes `values`, which are in row-major order.
        fileprivate func fill(_ values: [Int32], _ spec: TensorSpec, _ artifact: ArtifactInfo) throws {
            guard values.count == spec.count else {
                throw EdgeError(
                    .input,
                    "\(artifact.id): input '\(spec.name)' takes \(spec.count) values, got \(values.count)"
                )
            }
            withUnsafeMutableBytes { bytes, strides in
                let storage = bytes.assumingMemoryBound(to: Int32.self)
                let length = spec.shape.last ?? 1
                let step = strides.last ?? 1
                for (row, place) in rowPlaces(shape: spec.shape, strides: strides).enumerated() {
                    for column in 0..<length {
                        storage[place + column * step] = values[row * length + column]
                    }
                }
            }
        }
    }

    extension TensorSpec {
        fileprivate var numbers: [NSNumber] { shape.map { NSNumber(value: $0) } }
    }
#endif
