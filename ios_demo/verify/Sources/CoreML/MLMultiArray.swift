import Foundation

// https://developer.apple.com/documentation/coreml/mlmultiarraydatatype

/// Type of the values of a multiarray.
public enum MLMultiArrayDataType: Int, Sendable {
    case double = 65600
    case float32 = 65568
    case float16 = 65552
    case int32 = 131_104

    var bytes: Int {
        switch self {
        case .double: 8
        case .float32, .int32: 4
        case .float16: 2
        }
    }
}

// https://developer.apple.com/documentation/coreml/mlmultiarray

/// Values with a shape and strides.
open class MLMultiArray: NSObject {
    /// Type of the values.
    open var dataType: MLMultiArrayDataType { type }

    /// Lengths of the axes.
    open var shape: [NSNumber] { lengths.map { NSNumber(value: $0) } }

    /// Distance of neighbours along each axis, in values.
    open var strides: [NSNumber] { steps.map { NSNumber(value: $0) } }

    /// Number of values that can be addressed.
    open var count: Int { lengths.reduce(1, *) }

    let type: MLMultiArrayDataType
    let lengths: [Int]
    let steps: [Int]
    let storage: UnsafeMutableRawBufferPointer

    /// Contiguous, in row-major order; the values are not initialized.
    public convenience init(shape: [NSNumber], dataType: MLMultiArrayDataType) throws {
        let lengths = shape.map(\.intValue)
        self.init(lengths: lengths, type: dataType, steps: rowMajorStrides(lengths))
    }

    /// Only the stand-in has it: with strides, which Apple has from iOS 18.
    init(lengths: [Int], type: MLMultiArrayDataType, steps: [Int]) {
        self.lengths = lengths
        self.type = type
        self.steps = steps
        let values = zip(lengths, steps).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
        storage = .allocate(byteCount: values * type.bytes, alignment: 16)
        // What nobody wrote shows.
        storage.initializeMemory(as: UInt8.self, repeating: 0xA5)
    }

    deinit {
        storage.deallocate()
    }

    /// iOS 15.4, macOS 12.3. The whole storage, in bytes.
    @available(macOS 12.3, iOS 15.4, *)
    public func withUnsafeBytes<R>(_ body: (_ ptr: UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(storage))
    }

    /// iOS 15.4, macOS 12.3. The whole storage, in bytes, and its strides, which may have become others.
    @available(macOS 12.3, iOS 15.4, *)
    public func withUnsafeMutableBytes<R>(
        _ body: (_ ptr: UnsafeMutableRawBufferPointer, _ strides: [Int]) throws -> R
    ) rethrows -> R {
        try body(storage, steps)
    }
}

func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
}
