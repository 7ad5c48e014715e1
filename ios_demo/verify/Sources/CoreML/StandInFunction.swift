import Foundation

/// One function of what stands for a model.
struct StandInFunction {
    let description: MLModelDescription
    let outputs: [StandInModel.Tensor]
    let needsSameBackings: Bool
    private let inputs: [StandInModel.Tensor]

    init(_ function: StandInModel.Function) throws {
        inputs = function.inputs
        outputs = function.outputs
        needsSameBackings = function.needsSameBackings ?? false
        description = MLModelDescription(outputs: try Self.descriptions(function.outputs))
    }

    /// Fills the backings that are given, and arrays of its own for outputs without one.
    func predict(
        _ input: any MLFeatureProvider,
        configuration: MLModelConfiguration,
        backings: [String: MLMultiArray]
    ) throws -> any MLFeatureProvider {
        let total = try inputs.reduce(0.0) { $0 + (try sum(of: $1, in: input)) }
        var values: [String: Any] = [:]
        for output in outputs {
            let type = try Self.type(output)
            let array: MLMultiArray
            if let backing = backings[output.name], output.strides == nil {
                guard backing.lengths == output.shape, backing.type == type else {
                    throw StandInError.failure("the backing of \(output.name) does not fit")
                }
                array = backing
            } else {
                array = MLMultiArray(
                    lengths: output.shape,
                    type: type,
                    steps: output.strides ?? rowMajorStrides(output.shape)
                )
            }
            switch output.value {
            case "computeUnits": array.fill { _ in Double(configuration.computeUnits.rawValue) }
            case "error": throw StandInError.failure("the computation failed\n(the second line of the message)")
            default: array.fill { Double($0) * total }
            }
            values[output.name] = MLFeatureValue(multiArray: array)
        }
        return try MLDictionaryFeatureProvider(dictionary: values)
    }

    private func sum(of tensor: StandInModel.Tensor, in input: any MLFeatureProvider) throws -> Double {
        guard let array = input.featureValue(for: tensor.name)?.multiArrayValue,
            array.lengths == tensor.shape,
            array.type == (try Self.type(tensor))
        else {
            throw StandInError.failure("the input \(tensor.name) does not fit")
        }
        return array.storage.bindMemory(to: Int32.self).reduce(0.0) { $0 + Double($1) }
    }

    private static func descriptions(_ tensors: [StandInModel.Tensor]) throws -> [String: MLFeatureDescription] {
        try Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, MLFeatureDescription(type: try type($0))) })
    }

    private static func type(_ tensor: StandInModel.Tensor) throws -> MLMultiArrayDataType {
        switch tensor.type {
        case "int32": .int32
        case "float16": .float16
        case "float32": .float32
        case "double": .double
        default: throw StandInError.failure("there is no type \(tensor.type)")
        }
    }
}

extension MLMultiArray {
    /// Sets each value from its place in row-major order; what lies between the values stays as it is.
    fileprivate func fill(_ value: (Int) -> Double) {
        for place in 0..<count {
            var rest = place
            var offset = 0
            for axis in lengths.indices.reversed() {
                offset += rest % lengths[axis] * steps[axis]
                rest /= lengths[axis]
            }
            let byte = offset * type.bytes
            switch type {
            case .double: storage.storeBytes(of: value(place), toByteOffset: byte, as: Double.self)
            case .float32: storage.storeBytes(of: Float(value(place)), toByteOffset: byte, as: Float.self)
            case .float16: storage.storeBytes(of: Float16(value(place)), toByteOffset: byte, as: Float16.self)
            case .int32: storage.storeBytes(of: Int32(value(place)), toByteOffset: byte, as: Int32.self)
            }
        }
    }
}
