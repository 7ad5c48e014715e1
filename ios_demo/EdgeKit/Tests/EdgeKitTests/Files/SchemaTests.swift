import Foundation
import Testing

@testable import EdgeKit

/// The types have every property of the JSON Schemas in docs, by the same names, and no other.
@Suite(.enabled(if: Repository.docs != nil, "SQUEEZEBERT_EDGE_DOCS names the repository's folder docs"))
struct SchemaTests {
    @Test func theManifestIsThatOfTheSchema() throws {
        let schema = try Schema("manifest.schema.json")

        try expectSame(DocumentType(Manifest.self), schema.root, in: schema)
        #expect(try constant(schema.root) == Manifest.version)
    }

    @Test func soIsEachPartOfIt() throws {
        let parts = [
            DocumentType(ArtifactInfo.self), DocumentType(Delegation.self), DocumentType(FileInfo.self),
            DocumentType(FunctionSpec.self), DocumentType(ModelInfo.self), DocumentType(SamplesInfo.self),
            DocumentType(TensorSpec.self), DocumentType(TokenizerInfo.self), DocumentType(VocabularyPruningInfo.self),
        ]

        try expectSame(parts, in: try Schema("manifest.schema.json"))
    }

    @Test func requestsAndAnswersAreThoseOfTheSchema() throws {
        let schema = try Schema("device-work.schema.json")
        let parts = [
            DocumentType(Answer.self), DocumentType(CoreMLDevices.self), DocumentType(DeviceState.self),
            DocumentType(MeasurementRule.self), DocumentType(Placement.self),
            DocumentType(Placement.DeviceShare.self), DocumentType(Placement.Outside.self, "OutsideNeuralEngine"),
            DocumentType(Timing.self), DocumentType(WorkError.self), DocumentType(WorkRequest.self),
            DocumentType(WorkResult.self),
        ]

        try expectSame(parts, except: ["ComputeUnits"], in: schema)
        #expect(try constant(try #require(schema.definitions["WorkRequest"])) == workVersion)
    }

    @Test func namesOfValuesAreTheSame() throws {
        let work = try Schema("device-work.schema.json")
        let units = try #require(work.definitions["ComputeUnits"]?["enum"] as? [String])

        #expect(units == ComputeUnits.allCases.map(\.rawValue))
    }

    @Test func defaultsOfTheMeasurementAreTheSame() throws {
        let schema = try Schema("device-work.schema.json")
        let rule = try schema.part(try #require(schema.definitions["MeasurementRule"]))

        let defaults = try JSONSerialization.data(
            withJSONObject: rule.properties.compactMapValues { $0["default"] },
            options: .sortedKeys
        )
        #expect(try decodeStrictly(MeasurementRule.self, from: defaults) == MeasurementRule())
        #expect(try decodeStrictly(MeasurementRule.self, from: Data("{}".utf8)) == MeasurementRule())
    }

    private func expectSame(_ parts: [DocumentType], except others: Set<String> = [], in schema: Schema) throws {
        #expect(Set(schema.definitions.keys).subtracting(others) == Set(parts.map(\.name)))
        for part in parts { try expectSame(part, try #require(schema.definitions[part.name]), in: schema) }
    }

    /// Has a document with all properties read and written, and others that are wrong in one of them.
    private func expectSame(_ type: DocumentType, _ definition: [String: Any], in schema: Schema) throws {
        let part = try schema.part(definition)
        let whole = try part.properties.mapValues(schema.sample)
        func isRead(_ change: (inout [String: Any]) -> Void) throws -> Bool {
            var document = whole
            change(&document)
            let json = try JSONSerialization.data(withJSONObject: document)
            do { _ = try type.readAndWrite(json) } catch is DecodingError { return false }
            return true
        }

        #expect(try type.readAndWrite(try text(whole)) == text(whole), "\(type.name)")
        #expect(try !isRead { $0["surprise"] = 1 }, "\(type.name)")
        for (name, property) in part.properties {
            let isRequired = part.required.contains(name)
            #expect(try isRead { $0[name] = nil } == !isRequired, "\(type.name).\(name) is missing")
            let other: Any = schema.isBoolean(property) ? 1 : true
            #expect(try !isRead { $0[name] = other }, "\(type.name).\(name) has another type")
            let isNullable = schema.isNullable(property)
            if isRequired || isNullable {
                #expect(try isRead { $0[name] = NSNull() } == isNullable, "\(type.name).\(name) is null")
            }
        }
    }

    private func text(_ document: [String: Any]) throws -> Data {
        try encodeDocument(
            try JSONDecoder().decode(AnyDocument.self, from: JSONSerialization.data(withJSONObject: document))
        )
    }

    private func constant(_ schema: [String: Any]) throws -> Int? {
        try Schema("manifest.schema.json").part(schema).properties["schema_version"]?["const"] as? Int
    }
}

/// Any JSON, so that two documents are written by the same encoder.
private enum AnyDocument: Codable {
    case object([String: AnyDocument])
    case array([AnyDocument])
    case string(String)
    case boolean(Bool)
    case integer(Int)
    case number(Double)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode([String: AnyDocument].self) {
            self = .object(value)
        } else if let value = try? container.decode([AnyDocument].self) {
            self = .array(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        }
    }
}
