import Foundation

/// What tokenizer.json says, as far as the ids of a BERT model depend on it.
struct TokenizerFile {
    static let name = "tokenizer.json"
    static let wordPiece = "WordPiece"

    /// The model's part.
    struct Model {
        let type: String
        let unknownToken: String?
        let prefix: String?
        let longestWord: Int?
        let vocabulary: JSONObject?
    }

    let version: String?
    let addedTokens: [AddedToken]
    let normalizer: JSONObject?
    let preTokenizer: JSONObject?
    let postProcessor: JSONObject?
    let decoder: JSONObject?
    let model: Model

    /// Reads `file`.
    ///
    /// - Throws: `EdgeError` if it is not there, or not a tokenizer's file
    static func read(_ file: URL) throws -> TokenizerFile {
        guard let data = try? Data(contentsOf: file) else {
            throw EdgeError(.input, "\(file.path): cannot be read; a bundle's folder tokenizer has it")
        }
        guard String(bytes: data, encoding: .utf8) != nil else {
            throw EdgeError(.input, "\(file.path): not UTF-8 text; copy the bundle again")
        }
        do {
            return try TokenizerFile(JSONReader.read([UInt8](data)))
        } catch {
            throw EdgeError(.input, "\(file.path): not a tokenizer (\(error.message)); copy the bundle again")
        }
    }

    private init(_ document: JSON) throws(JSONDamage) {
        let root = Members(try document.asObject("the document"))
        version = try root.optional("version", \.string)
        addedTokens = try TokenizerFile.addedTokens(try root.optional("added_tokens", \.array) ?? [])
        normalizer = try root.optional("normalizer", \.object)
        preTokenizer = try root.optional("pre_tokenizer", \.object)
        postProcessor = try root.optional("post_processor", \.object)
        decoder = try root.optional("decoder", \.object)
        let model = Members(try root.required("model", \.object))
        self.model = Model(
            type: try model.optional("type", \.string) ?? TokenizerFile.wordPiece,
            unknownToken: try model.optional("unk_token", \.string),
            prefix: try model.optional("continuing_subword_prefix", \.string),
            longestWord: try model.optional("max_input_chars_per_word", \.wholeNumber),
            vocabulary: try model.optional("vocab", \.object)
        )
    }

    private static func addedTokens(_ tokens: [JSON]) throws(JSONDamage) -> [AddedToken] {
        var made: [AddedToken] = []
        for token in tokens {
            let members = Members(try token.asObject("an added token"))
            made.append(
                AddedToken(
                    content: try members.required("content", \.string),
                    singleWord: try members.optional("single_word", \.bool) ?? false,
                    leftStrip: try members.optional("lstrip", \.bool) ?? false,
                    rightStrip: try members.optional("rstrip", \.bool) ?? false,
                    normalized: try members.optional("normalized", \.bool) ?? true,
                    special: try members.optional("special", \.bool) ?? false
                )
            )
        }
        return made
    }
}

/// An object's members, each of a type that is checked. Members that are not asked for do not matter.
private struct Members {
    private let object: JSONObject

    init(_ object: JSONObject) {
        self.object = object
    }

    func required<Value>(_ name: String, _ read: (JSON) -> Value?) throws(JSONDamage) -> Value {
        guard let value = object[name].flatMap(read) else {
            throw JSONDamage(message: "\(name) is missing or of the wrong type")
        }
        return value
    }

    /// Nil if it is missing or null.
    func optional<Value>(_ name: String, _ read: (JSON) -> Value?) throws(JSONDamage) -> Value? {
        guard let value = object[name], !value.isNull else { return nil }
        return try required(name, read)
    }
}

extension JSON {
    fileprivate func asObject(_ what: String) throws(JSONDamage) -> JSONObject {
        guard let object else { throw JSONDamage(message: "\(what) is no object") }
        return object
    }
}
