import Foundation

// https://developer.apple.com/documentation/coreml/mlcpucomputedevice

/// The CPU.
public final class MLCPUComputeDevice: Hashable, Sendable {
    /// The same for all.
    public static func == (_: MLCPUComputeDevice, _: MLCPUComputeDevice) -> Bool { true }

    /// The same for all.
    public func hash(into hasher: inout Hasher) {}
}

// https://developer.apple.com/documentation/coreml/mlgpucomputedevice

/// The GPU.
public final class MLGPUComputeDevice: Hashable, Sendable {
    /// The same for all.
    public static func == (_: MLGPUComputeDevice, _: MLGPUComputeDevice) -> Bool { true }

    /// The same for all.
    public func hash(into hasher: inout Hasher) {}
}

// https://developer.apple.com/documentation/coreml/mlneuralenginecomputedevice

/// The Neural Engine.
public final class MLNeuralEngineComputeDevice: Hashable, Sendable {
    /// The same for all.
    public static func == (_: MLNeuralEngineComputeDevice, _: MLNeuralEngineComputeDevice) -> Bool { true }

    /// The same for all.
    public func hash(into hasher: inout Hasher) {}
}

// https://developer.apple.com/documentation/coreml/mlcomputedevice-5k6hs

/// A device that computes. iOS 17.0, macOS 14.0.
@available(macOS 14.0, iOS 17.0, *)
public enum MLComputeDevice: Hashable, CustomStringConvertible, Sendable {
    case cpu(MLCPUComputeDevice)
    case gpu(MLGPUComputeDevice)
    case neuralEngine(MLNeuralEngineComputeDevice)

    /// In words.
    public var description: String { "a compute device" }

    init(standIn name: String) throws {
        switch name {
        case "CPU": self = .cpu(MLCPUComputeDevice())
        case "GPU": self = .gpu(MLGPUComputeDevice())
        case "Neural Engine": self = .neuralEngine(MLNeuralEngineComputeDevice())
        default: throw StandInError.failure("there is no device \(name)")
        }
    }
}
