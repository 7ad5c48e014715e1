/// What a runtime loads: a file or folder of the bundle, in one format, for one or several sequence lengths.
public struct ArtifactInfo: Codable, Equatable, Sendable {
    /// Name relative to the bundle's folder; an .mlpackage is a folder.
    public let file: String

    /// Hexadecimal; of a folder as `edge.checksums` computes it.
    public let sha256: String

    /// Size; of a folder the sum of its files'.
    public let bytes: Int

    /// Its name: `coreml-fp16-128`.
    public let id: String

    /// `coreml`, `executorch`, `tflite` or `onnx`.
    public let format: String

    /// What the file is written for: `neural-engine`, `xnnpack`; nil in bundles that are older than backends.
    public let backend: String?

    /// How it is quantized.
    public let recipe: String

    /// In tokens, ascending.
    public var sequenceLengths: [Int]

    /// At the longest length.
    public var inputs: [TensorSpec]

    /// At the longest length.
    public var outputs: [TensorSpec]

    /// Which function serves which length, in a file with several; nil or empty in others.
    public var functions: [FunctionSpec]?

    /// Oldest version of each runtime, by its name, that is known to compute the artifact right.
    public let minimumRuntime: [String: String]

    /// How much of it the accelerated backend runs.
    public let delegation: Delegation

    /// How near its outputs are to the reference's.
    public let parity: [String: Double]

    /// The task's own metrics.
    public let accuracy: [String: Double]

    /// What the encoder's layers compute on one text; nothing on a device reads it.
    public let layerValues: FileInfo?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case file
        case sha256
        case bytes
        case id
        case format
        case backend
        case recipe
        case sequenceLengths = "sequence_lengths"
        case inputs
        case outputs
        case functions
        case minimumRuntime = "minimum_runtime"
        case delegation
        case parity
        case accuracy
        case layerValues = "layer_values"
    }
}

extension ArtifactInfo {
    /// The file and its checksum.
    public var fileInfo: FileInfo { FileInfo(file: file, sha256: sha256, bytes: bytes) }

    /// This artifact as one for each of its lengths, ascending, each with the function that serves it.
    public func byLength() -> [ArtifactInfo] {
        guard let functions, !functions.isEmpty else { return [self] }
        return functions.map { function in
            var one = self
            one.sequenceLengths = [function.sequenceLength]
            one.inputs = function.inputs
            one.outputs = function.outputs
            one.functions = [function]
            return one
        }
    }
}

/// Name, type and shape of one input or output; batch is always 1.
public struct TensorSpec: Codable, Equatable, Sendable {
    /// Type of a tensor's values.
    public enum ElementType: String, Codable, Sendable {
        case int32
        case int64
        case float32
    }

    /// Name in the manifest and in the artifact.
    public let name: String

    /// Type of its values.
    public let dtype: ElementType

    /// Lengths of its axes.
    public let shape: [Int]

    /// A tensor.
    public init(name: String, dtype: ElementType, shape: [Int]) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
    }

    /// Number of values.
    public var count: Int { shape.reduce(1, *) }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case dtype
        case shape
    }
}

/// One function of a file that has several: the encoder at one length.
public struct FunctionSpec: Codable, Equatable, Sendable {
    /// Its name in the artifact.
    public let name: String

    /// In tokens.
    public let sequenceLength: Int

    /// What it takes.
    public let inputs: [TensorSpec]

    /// What it computes.
    public let outputs: [TensorSpec]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case sequenceLength = "sequence_length"
        case inputs
        case outputs
    }
}

/// How much of an artifact its accelerated backend runs, in operators of the artifact's file.
public struct Delegation: Codable, Equatable, Sendable {
    /// Operators that it runs.
    public let delegatedOps: Int

    /// All others.
    public let otherOps: Int

    enum CodingKeys: String, CodingKey, CaseIterable {
        case delegatedOps = "delegated_ops"
        case otherOps = "other_ops"
    }
}
