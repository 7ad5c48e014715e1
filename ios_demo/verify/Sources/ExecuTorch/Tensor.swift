import Foundation

// extension/apple/ExecuTorch/Exported/ExecuTorchTensor.h, ExecuTorch+Tensor.swift

/// Type of the values of a tensor.
public enum DataType: Int8, Sendable {
    case byte
    case char
    case short
    case int
    case long
    case half
    case float
    case double
}

/// Whether the shape of a tensor can change.
public enum ShapeDynamism: UInt8, Sendable {
    case `static`
    case dynamicBound
    case dynamicUnbound
}

/// What a tensor can hold.
public protocol Scalar {
    /// The type.
    static var dataType: DataType { get }
}

extension Float: Scalar {
    /// The type.
    public static var dataType: DataType { .float }
}

/// A tensor of any type.
public final class AnyTensor: NSObject {
    /// Type of the values.
    public let dataType: DataType

    /// Lengths of the axes.
    public let shape: [Int]

    /// Number of values.
    public var count: Int { shape.reduce(1, *) }

    let storage: UnsafeMutableRawBufferPointer

    init(dataType: DataType, shape: [Int]) {
        self.dataType = dataType
        self.shape = shape
        storage = .allocate(byteCount: shape.reduce(8, *), alignment: 16)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        storage.deallocate()
    }

    /// A copy, with values of another type.
    public func copy(to dataType: DataType) -> AnyTensor {
        let copy = AnyTensor(dataType: dataType, shape: shape)
        for place in 0..<count {
            copy.store(load(place), at: place)
        }
        return copy
    }

    /// Reads and writes the values.
    public func mutableBytes(_ handler: (UnsafeMutableRawPointer, Int, DataType) -> Void) {
        if let start = storage.baseAddress { handler(start, count, dataType) }
    }

    func load(_ place: Int) -> Double {
        switch dataType {
        case .int: Double(storage.load(fromByteOffset: place * 4, as: Int32.self))
        case .long: Double(storage.load(fromByteOffset: place * 8, as: Int64.self))
        case .half: Double(storage.load(fromByteOffset: place * 2, as: Float16.self))
        default: Double(storage.load(fromByteOffset: place * 4, as: Float.self))
        }
    }

    func store(_ value: Double, at place: Int) {
        switch dataType {
        case .int: storage.storeBytes(of: Int32(value), toByteOffset: place * 4, as: Int32.self)
        case .long: storage.storeBytes(of: Int64(value), toByteOffset: place * 8, as: Int64.self)
        case .half: storage.storeBytes(of: Float16(value), toByteOffset: place * 2, as: Float16.self)
        default: storage.storeBytes(of: Float(value), toByteOffset: place * 4, as: Float.self)
        }
    }
}

extension AnyTensor {
    /// A tensor of zeros.
    public static func zeros(
        shape: [Int],
        strides: [Int] = [],
        dataType: DataType,
        shapeDynamism: ShapeDynamism = .dynamicBound
    ) -> AnyTensor {
        AnyTensor(dataType: dataType, shape: shape)
    }
}

/// A tensor of one type.
public final class Tensor<T: Scalar> {
    /// The tensor.
    public let anyTensor: AnyTensor

    /// Its type has to be that of the tensor.
    public init(_ tensor: AnyTensor) {
        precondition(tensor.dataType == T.dataType)
        anyTensor = tensor
    }

    /// The values, in row-major order.
    public func scalars() -> [T] {
        Array(anyTensor.storage.bindMemory(to: T.self).prefix(anyTensor.count))
    }
}
