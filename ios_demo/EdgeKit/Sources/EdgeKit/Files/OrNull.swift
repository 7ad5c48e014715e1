/// A property that a document always has, be it null; an optional property without this may be missing.
@propertyWrapper
public struct OrNull<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    /// The value; nil for null.
    public var wrappedValue: Value?

    /// A value, or null.
    public init(wrappedValue: Value?) {
        self.wrappedValue = wrappedValue
    }

    /// Reads a value, or null.
    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decodeNil() ? nil : Value(from: decoder)
    }

    /// Writes the value, or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue {
            try container.encode(wrappedValue)
        } else {
            try container.encodeNil()
        }
    }
}

extension KeyedDecodingContainer {
    /// A property that may be missing, but must not be null.
    func decode<Value: Decodable>(_ key: Key, missing: Value) throws -> Value {
        contains(key) ? try decode(Value.self, forKey: key) : missing
    }
}
