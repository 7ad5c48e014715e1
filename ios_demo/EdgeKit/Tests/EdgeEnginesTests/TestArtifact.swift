import EdgeKit
import Foundation
import Testing

/// An input or output, as a manifest has it.
func tensor(_ name: String, _ type: String, _ shape: [Int]) -> [String: Any] {
    ["name": name, "dtype": type, "shape": shape]
}

/// The inputs of a model of `length` tokens.
func textInputs(_ length: Int) -> [[String: Any]] {
    ["input_ids", "attention_mask"].map { tensor($0, "int32", [1, length]) }
}

/// An entry of a manifest.
func artifact(
    format: String,
    backend: String? = nil,
    length: Int = 4,
    outputs: [[String: Any]],
    function: String? = nil
) throws -> ArtifactInfo {
    var document: [String: Any] = [
        "file": "\(format)/small", "sha256": String(repeating: "ab", count: 32), "bytes": 1, "id": "\(format)-small",
        "format": format, "recipe": "fp16", "sequence_lengths": [length], "inputs": textInputs(length),
        "outputs": outputs, "minimum_runtime": [String: String](),
        "delegation": ["delegated_ops": 1, "other_ops": 0], "parity": [String: Double](),
        "accuracy": [String: Double](),
    ]
    document["backend"] = backend
    if let function {
        document["functions"] = [
            ["name": function, "sequence_length": length, "inputs": textInputs(length), "outputs": outputs]
        ]
    }
    return try JSONDecoder().decode(ArtifactInfo.self, from: JSONSerialization.data(withJSONObject: document))
}

/// The error of `kind` that `work` throws, which has to be one line.
func edgeError(
    _ kind: EdgeError.Kind,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async throws -> String {
    do {
        try await work()
    } catch let error as EdgeError {
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        #expect(!error.message.contains("\n"), sourceLocation: sourceLocation)
        return error.message
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    return ""
}

/// Inputs whose sum is 12.
let someInputs: [String: [Int32]] = ["input_ids": [1, 2, 3, 4], "attention_mask": [1, 1, 0, 0]]
