import Foundation

// extension/apple/ExecuTorch/Exported/ExecuTorchValue.h, ExecuTorch+Value.swift

/// An input or output.
public final class Value: NSObject {
    private let tensor: AnyTensor

    /// Nil if the value is something else.
    public var anyTensor: AnyTensor? { tensor }

    /// A tensor.
    public init(_ value: AnyTensor) {
        tensor = value
    }
}

/// What can be made a value.
public protocol ValueConvertible {
    /// The value.
    func asValue() -> Value
}

/// What can be made of a value.
public protocol ValueConstructible {
    /// Throws if the value is something else.
    static func from(_ value: Value) throws -> Self
}

/// What can be made of values.
public protocol ValueSequenceConstructible {
    /// Throws if the values are something else.
    static func from(_ values: [Value]) throws -> Self
}

extension Value: ValueConvertible {
    /// Itself.
    public func asValue() -> Value { self }
}

extension AnyTensor: ValueConvertible {
    /// A value with the tensor.
    public func asValue() -> Value { Value(self) }
}

extension Tensor: ValueConstructible {
    /// Throws if the value is no tensor of this type.
    public static func from(_ value: Value) throws -> Self {
        guard let tensor = value.anyTensor, let typed = Tensor<T>(tensor) as? Self else {
            throw ErrorCode(.invalidType)
        }
        return typed
    }
}

extension Array: ValueSequenceConstructible where Element: ValueConstructible {
    /// Throws if a value is something else.
    public static func from(_ values: [Value]) throws -> [Element] {
        try values.map { try Element.from($0) }
    }
}
