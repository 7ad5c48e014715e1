import Foundation

// https://developer.apple.com/documentation/coreml/mlcomputeunits

/// What a model may use.
public enum MLComputeUnits: Int, Sendable {
    case cpuOnly = 0
    case cpuAndGPU = 1
    case all = 2
    /// iOS 16.0, macOS 13.0.
    case cpuAndNeuralEngine = 3
}

// https://developer.apple.com/documentation/coreml/mlmodelconfiguration

/// How a model is loaded.
open class MLModelConfiguration: NSObject {
    /// What the model may use.
    open var computeUnits: MLComputeUnits = .all

    /// iOS 18.0, macOS 15.0. Nil for the default function.
    @available(macOS 15.0, iOS 18.0, *)
    open var functionName: String? {
        get { function }
        set { function = newValue }
    }

    private var function: String?
}
