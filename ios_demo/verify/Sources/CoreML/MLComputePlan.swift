import Foundation

// https://developer.apple.com/documentation/coreml/mlmodelstructure-swift.enum

/// What a model is made of. iOS 17.4, macOS 14.4.
@available(macOS 14.4, iOS 17.4, *)
public enum MLModelStructure: Sendable {
    /// Functions of operations.
    public struct Program: Sendable {
        /// One function.
        public struct Function: Sendable {
            /// What it computes.
            public let block: Block
        }

        /// Operations in order.
        public struct Block: Sendable {
            /// In order.
            public let operations: [Operation]
        }

        /// One operation.
        public struct Operation: Sendable {
            /// Its type, for example `ios17.gather`.
            public let operatorName: String

            let usage: MLComputePlan.DeviceUsage?
            let cost: MLComputePlan.Cost?
        }

        /// By name.
        public let functions: [String: Function]
    }

    /// A network of layers, the format before programs.
    public struct NeuralNetwork: Sendable {}

    /// Models in a row.
    public struct Pipeline: Sendable {}

    case neuralNetwork(NeuralNetwork)
    case program(Program)
    case pipeline(Pipeline)
    case unsupported
}

// https://developer.apple.com/documentation/coreml/mlcomputeplan-1w21n

/// Where a model's operations are to run. iOS 17.4, macOS 14.4.
@available(macOS 14.4, iOS 17.4, *)
public class MLComputePlan {
    /// The devices of one operation.
    public struct DeviceUsage: Sendable {
        /// The devices that can run it.
        public let supported: [MLComputeDevice]

        /// The device that is to run it.
        public let preferred: MLComputeDevice
    }

    /// The estimated cost of one operation.
    public struct Cost: Sendable {
        /// Its share of the model's, 0 to 1.
        public let weight: Double
    }

    /// What the model is made of.
    public final let modelStructure: MLModelStructure

    init(modelStructure: MLModelStructure) {
        self.modelStructure = modelStructure
    }

    /// Plans a compiled model.
    public static func load(
        contentsOf url: URL,
        configuration: MLModelConfiguration
    ) async throws -> MLComputePlan {
        MLComputePlan(modelStructure: try StandInModel(compiled: url).structure())
    }

    /// Nil if no cost is estimated.
    public func estimatedCost(of operation: MLModelStructure.Program.Operation) -> Cost? { operation.cost }

    /// Nil if the operation has no device, as a constant has none.
    public func deviceUsage(for operation: MLModelStructure.Program.Operation) -> DeviceUsage? { operation.usage }
}

@available(*, unavailable)
extension MLComputePlan: Sendable {}
