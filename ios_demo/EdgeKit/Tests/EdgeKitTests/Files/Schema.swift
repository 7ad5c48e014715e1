import Foundation
import Testing

@testable import EdgeKit

/// A JSON Schema of docs, and documents of it.
struct Schema {
    /// The schema of one object of a document: what it has to have, and what it may have.
    struct Part {
        let properties: [String: [String: Any]]
        let required: Set<String>
    }

    let root: [String: Any]

    init(_ name: String) throws {
        let file = try #require(Repository.docs).appendingPathComponent(name)
        root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    var definitions: [String: [String: Any]] { root["$defs"] as? [String: [String: Any]] ?? [:] }

    func part(_ schema: [String: Any]) throws -> Part {
        Part(
            properties: try #require(schema["properties"] as? [String: [String: Any]]),
            required: Set(schema["required"] as? [String] ?? [])
        )
    }

    /// A value of a type with all its properties.
    func sample(_ schema: [String: Any]) throws -> Any {
        if let value = schema["const"] { return value }
        if let values = schema["enum"] as? [Any] { return try #require(values.first) }
        if let choices = schema["anyOf"] as? [[String: Any]] { return try sample(try #require(choices.first)) }
        if let reference = schema["$ref"] as? String {
            return try sample(try #require(definitions[reference.replacing("#/$defs/", with: "")]))
        }
        switch schema["type"] as? String {
        case "integer": return 7
        case "number": return 0.5
        case "boolean": return true
        case "string": return "text"
        case "array":
            if let elements = schema["prefixItems"] as? [[String: Any]] { return try elements.map(sample) }
            return [try sample(try #require(schema["items"] as? [String: Any]))]
        default:
            if let values = schema["additionalProperties"] as? [String: Any] { return ["name": try sample(values)] }
            return try part(schema).properties.mapValues(sample)
        }
    }

    /// Whether null is a value of a type.
    func isNullable(_ schema: [String: Any]) -> Bool { types(schema).contains("null") }

    /// Whether a value of a type may be true.
    func isBoolean(_ schema: [String: Any]) -> Bool { types(schema).contains("boolean") }

    private func types(_ schema: [String: Any]) -> [String] {
        let choices = schema["anyOf"] as? [[String: Any]] ?? [schema]
        return choices.compactMap { $0["type"] as? String }
    }
}

/// A type that reads a document, or a part of one.
struct DocumentType {
    /// Its name in the schema.
    let name: String

    /// Reads JSON and writes what was read.
    let readAndWrite: (Data) throws -> Data

    init<Document: Codable>(_ type: Document.Type, _ name: String? = nil) {
        self.name = name ?? "\(type)"
        readAndWrite = { try encodeDocument(try decodeStrictly(type, from: $0)) }
    }
}
