#if canImport(CoreML)
    import CoreML
    import EdgeKit

    /// How a package is loaded. A value, because MLModelConfiguration is an object that may not leave its task.
    struct CoreMLOptions: Sendable {
        /// The name that coremltools gives to the function of a package with one.
        static let defaultFunction = "main"

        let computeUnits: ComputeUnits

        /// The function to load; nil for the only one.
        let function: String?

        /// - Throws: `EdgeError` if the system is too old for the artifact
        func check(_ artifact: ArtifactInfo, version: String) throws {
            guard function != nil else { return }
            if #available(iOS 18.0, macOS 15.0, *) { return }
            throw EdgeError(
                .device,
                "\(artifact.id): packages with several functions need iOS 18 or macOS 15, this is \(version);"
                    + " build without --multifunction"
            )
        }

        func configuration() -> MLModelConfiguration {
            let configuration = MLModelConfiguration()
            configuration.computeUnits = units
            if #available(iOS 18.0, macOS 15.0, *) {
                configuration.functionName = function
            }
            return configuration
        }

        private var units: MLComputeUnits {
            switch computeUnits {
            case .cpu: .cpuOnly
            case .gpu: .cpuAndGPU
            case .neuralEngine: .cpuAndNeuralEngine
            case .all: .all
            }
        }
    }
#endif
