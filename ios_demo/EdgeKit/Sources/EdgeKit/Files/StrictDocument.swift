import Foundation

/// Reads a document with a `schema_version`.
///
/// - Parameters:
///   - version: the one that `type` knows; another is said before anything else
///   - advice: what to do if the document is not as it should be
/// - Throws: `EdgeError` if it cannot be read, or is not as it should be
func readDocument<Document: Decodable>(
    _ file: URL,
    as type: Document.Type,
    version: Int,
    advice: String
) throws -> Document {
    let data: Data
    do {
        data = try Data(contentsOf: file)
    } catch {
        throw EdgeError(
            .input,
            "\(file.path): cannot be read (\(fileProblem(error))); put it where the app may read it"
        )
    }
    do {
        try checkSyntax(data)
        let said = try? JSONDecoder().decode(Head.self, from: data).schemaVersion
        if let said, said != version {
            throw EdgeError(.input, "\(file.path): schema version \(said), this app reads \(version); \(advice)")
        }
        return try decodeChecked(type, from: data)
    } catch let error as DecodingError {
        throw EdgeError(
            .input,
            "\(file.path): \(isSyntax(error) ? "damaged (\(problem(error)))" : problem(error)); \(advice)"
        )
    }
}

/// A value of JSON as the project's documents have it: a property that the type does not know is an error.
///
/// - Throws: `DecodingError`
func decodeStrictly<Document: Decodable>(_ type: Document.Type, from data: Data) throws -> Document {
    try checkSyntax(data)
    return try decodeChecked(type, from: data)
}

private func decodeChecked<Document: Decodable>(_ type: Document.Type, from data: Data) throws -> Document {
    try JSONDecoder().decode(Strict<Document>.self, from: data).value
}

/// Checks that `data` is JSON.
///
/// JSONDecoder does not do it all before it decodes, and ends the program where the name of a property turns out to be
/// no text: one with a control character in it.
///
/// - Throws: `DecodingError`
private func checkSyntax(_ data: Data) throws {
    guard String(data: data, encoding: .utf8) != nil else { throw damage("not UTF-8 text") }
    do {
        _ = try JSONReader.read([UInt8](data))
    } catch {
        throw damage(error.message)
    }
}

private func damage(_ what: String) -> DecodingError {
    DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: what))
}

/// JSON of a document, its properties sorted.
func encodeDocument(_ document: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(document)
}

/// What is wrong with a document, and where, in one line.
func problem(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
        "\(path(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        "\(path(context.codingPath)): \(oneLine(context.debugDescription))"
    case .dataCorrupted(let context):
        if let cause = context.underlyingError as NSError? {
            oneLine(cause.userInfo["NSDebugDescription"] as? String ?? cause.localizedDescription)
        } else {
            context.codingPath.isEmpty
                ? oneLine(context.debugDescription)
                : "\(path(context.codingPath)): \(oneLine(context.debugDescription))"
        }
    @unknown default:
        oneLine("\(error)")
    }
}

private struct Head: Decodable {
    let schemaVersion: Int?

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
    }
}

/// Whether the document is no JSON at all.
private func isSyntax(_ error: DecodingError) -> Bool {
    if case .dataCorrupted(let context) = error { context.codingPath.isEmpty } else { false }
}

private func path(_ keys: [any CodingKey]) -> String {
    if keys.isEmpty { return "the whole" }
    return keys.enumerated()
        .map { place, key in key.intValue.map { "[\($0)]" } ?? (place == 0 ? key.stringValue : ".\(key.stringValue)") }
        .joined()
}
