import EdgeKit
import Foundation

/// A tokenizer.json of a few words, to read as it is or with a part replaced.
package enum SmallTokenizer {
    private static let words =
        "[PAD] [UNK] [CLS] [SEP] [MASK] the bank pay ##s bill cafe istanbul strasse angstrom a b ! ' don t 你 好 ##b"

    private static let added = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].enumerated().map { id, content in
        """
        {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}
        """
    }

    package static let normalizer = """
        {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
         "lowercase": true}
        """

    package static let processor = #"{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"#

    package static let json = """
        {"version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [\(added.joined(separator: ", "))],
        "normalizer": \(normalizer),
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": \(processor),
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {\(words.split(separator: " ").enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", "))}}}
        """

    /// Writes `json` as tokenizer.json and reads it.
    package static func read(_ json: String = json) throws -> BertTokenizer {
        try read([UInt8](json.utf8))
    }

    /// Writes these bytes as tokenizer.json and reads them.
    package static func read(_ bytes: [UInt8]) throws -> BertTokenizer {
        try inFolder { folder in
            try Data(bytes).write(to: folder.appendingPathComponent("tokenizer.json"))
            return try BertTokenizer(folder: folder)
        }
    }

    /// Calls `use` with a new folder, which goes afterwards.
    package static func inFolder<Result>(_ use: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try use(folder)
    }
}
