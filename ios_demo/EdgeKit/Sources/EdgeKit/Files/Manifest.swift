/// manifest.json of a bundle: docs/manifest.schema.json, property for property.
public struct Manifest: Codable, Equatable, Sendable {
    /// The version that this type reads.
    public static let version = 1

    /// Version of the schema.
    public let schemaVersion: Int

    /// What was trained.
    public let model: ModelInfo

    /// How texts become token ids.
    public let tokenizer: TokenizerInfo

    /// How much of the vocabulary was kept; nil for all of it.
    @OrNull public private(set) var vocabularyPruning: VocabularyPruningInfo?

    /// Longest sequence of the model, in tokens.
    public let maxLength: Int

    /// What runtimes load.
    public let artifacts: [ArtifactInfo]

    /// Files of the golden vectors.
    public let golden: [FileInfo]

    /// Files of the tokenizer.
    public let tokenizerFiles: [FileInfo]

    /// Reports of the quantization; nothing on a device reads them.
    public let quantization: [FileInfo]

    /// Id of the artifact that suits each target best, by target.
    public let targets: [String: String]

    /// CPU threads that one inference is fastest with, by target; nil in bundles that are older than that.
    public let targetThreads: [String: Int]?

    /// Version of each package that built the bundle.
    public let toolchain: [String: String]

    /// Which texts calibrated and verified the artifacts.
    public let samples: SamplesInfo

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
        case model
        case tokenizer
        case vocabularyPruning = "vocabulary_pruning"
        case maxLength = "max_length"
        case artifacts
        case golden
        case tokenizerFiles = "tokenizer_files"
        case quantization
        case targets
        case targetThreads = "target_threads"
        case toolchain
        case samples
    }
}

/// What was trained.
public struct ModelInfo: Codable, Equatable, Sendable {
    /// Its name.
    public let name: String

    /// Its task, as the Hugging Face Hub names it.
    public let task: String

    /// Names of the classes; empty where the task has none.
    public let labels: [String]

    /// Values of one token's vector.
    public let hiddenSize: Int

    /// Number of encoder layers.
    public let layers: Int

    /// Groups of each position-wise layer.
    public let groups: [String: Int]

    /// Number of weights.
    public let parameters: Int

    /// Checksum of the checkpoint.
    public let sourceSha256: String

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case task
        case labels
        case hiddenSize = "hidden_size"
        case layers
        case groups
        case parameters
        case sourceSha256 = "source_sha256"
    }
}

/// How texts become token ids.
public struct TokenizerInfo: Codable, Equatable, Sendable {
    /// Name of the class in transformers.
    public let tokenizerClass: String

    /// Folder of the tokenizer's files in the bundle.
    public let directory: String

    /// Number of tokens.
    public let vocabularySize: Int

    /// Whether texts are lower-cased.
    public let lowercase: Bool

    /// Token ids of unk, sep, pad, cls and mask.
    public let specialTokens: [String: Int]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case tokenizerClass = "tokenizer_class"
        case directory
        case vocabularySize = "vocab_size"
        case lowercase
        case specialTokens = "special_tokens"
    }
}

/// How much of the vocabulary was kept, and how the same texts are split before and after.
public struct VocabularyPruningInfo: Codable, Equatable, Sendable {
    let tokensBefore: Int
    let tokensAfter: Int
    let unknownRateBefore: Double
    let unknownRateAfter: Double
    let tokensPerTextBefore: Double
    let tokensPerTextAfter: Double
    let wholeWordsBefore: Double
    let wholeWordsAfter: Double
    let measuredTexts: Int
    let heldOut: Bool
    let corpusSha256: String

    enum CodingKeys: String, CodingKey, CaseIterable {
        case tokensBefore = "tokens_before"
        case tokensAfter = "tokens_after"
        case unknownRateBefore = "unknown_rate_before"
        case unknownRateAfter = "unknown_rate_after"
        case tokensPerTextBefore = "tokens_per_text_before"
        case tokensPerTextAfter = "tokens_per_text_after"
        case wholeWordsBefore = "whole_words_before"
        case wholeWordsAfter = "whole_words_after"
        case measuredTexts = "measured_texts"
        case heldOut = "held_out"
        case corpusSha256 = "corpus_sha256"
    }
}

/// Which texts calibrated and verified the artifacts.
public struct SamplesInfo: Codable, Equatable, Sendable {
    let seed: Int
    let calibrationRows: Int
    let verificationRows: Int
    let sourceSha256: String

    enum CodingKeys: String, CodingKey, CaseIterable {
        case seed
        case calibrationRows = "calibration_rows"
        case verificationRows = "verification_rows"
        case sourceSha256 = "source_sha256"
    }
}

/// A file of the bundle and its checksum.
public struct FileInfo: Codable, Equatable, Sendable {
    /// Name relative to the bundle's folder.
    public let file: String

    /// Hexadecimal; of a folder as `edge.checksums` computes it.
    public let sha256: String

    /// Size; of a folder the sum of its files'.
    public let bytes: Int

    /// A file of the bundle.
    public init(file: String, sha256: String, bytes: Int) {
        self.file = file
        self.sha256 = sha256
        self.bytes = bytes
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case file
        case sha256
        case bytes
    }
}
