import EdgeKit
import Foundation

/// What the Python library gives, as tests/app_vectors/tokenizer.py writes it, for one tokenizer.
struct TokenizerVectors {
    let tokenizer: BertTokenizer
    private let folder: URL

    init(_ name: String) throws {
        folder = try AppVectors.url("tokenizer/\(name)")
        tokenizer = try BertTokenizer(folder: folder)
    }

    func encodings() throws -> Lines<EncodingVector> { try Lines(folder.appendingPathComponent("encodings.jsonl")) }

    func windows() throws -> Lines<WindowsVector> { try Lines(folder.appendingPathComponent("windows.jsonl")) }

    func decodings() throws -> Lines<DecodingVector> { try Lines(folder.appendingPathComponent("decodings.jsonl")) }

    /// A file of JSON objects, one a line, of which one is held at a time.
    struct Lines<Vector: Decodable> {
        private let bytes: Data

        init(_ file: URL) throws {
            bytes = try Data(contentsOf: file, options: .alwaysMapped)
        }

        /// Calls `check` with each object; returns how many there are.
        func each(_ check: (Vector) -> Void) throws -> Int {
            let decoder = JSONDecoder()
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            for line in lines { check(try decoder.decode(Vector.self, from: line)) }
            return lines.count
        }
    }
}

struct EncodingVector: Decodable {
    let texts: [String]
    let maxLength: Int
    let count: Int
    let tokens: TokensVector

    enum CodingKeys: String, CodingKey {
        case texts
        case maxLength
        case count
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        texts = try container.decode([String].self, forKey: .texts)
        maxLength = try container.decode(Int.self, forKey: .maxLength)
        count = try container.decode(Int.self, forKey: .count)
        tokens = try TokensVector(from: decoder)
    }
}

struct WindowsVector: Decodable {
    let question: String
    let context: String
    let maxLength: Int
    let stride: Int
    let windows: [TokensVector]
}

struct DecodingVector: Decodable {
    let ids: [Int]
    let tokens: [String]
    let text: String
}

/// The content of an `Encoding`, with offsets in UTF-16.
struct TokensVector: Decodable, Equatable {
    let ids: [Int32]
    let types: [Int32]
    let starts: [Int]
    let ends: [Int]
    let words: [Int]
    let truncated: Bool
}

extension TokensVector {
    /// - Parameter offsets: of each text
    init(_ encoding: Encoding, _ offsets: [ScalarOffsets]) {
        let places = encoding.tokenTypeIds.map { offsets[Int($0)] }
        self.init(
            ids: encoding.inputIds,
            types: encoding.tokenTypeIds,
            starts: zip(places, encoding.starts).map { $0.utf16($1) },
            ends: zip(places, encoding.ends).map { $0.utf16($1) },
            words: encoding.words,
            truncated: encoding.truncated
        )
    }
}
