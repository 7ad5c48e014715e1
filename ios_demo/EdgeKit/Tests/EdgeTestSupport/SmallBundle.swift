import Foundation

@testable import EdgeKit

/// A bundle of artifacts that no runtime reads: what the code around the runtimes needs.
package struct SmallBundle {
    package static let references: [Float] = [0.5, -1, 0.5, -1]

    package let directory: URL

    /// Writes all files.
    ///
    /// - Parameter tokenizer: a folder whose tokenizer.json the bundle gets; nil gives it an empty one
    package init(
        _ directory: URL,
        task: String = "text-classification",
        labels: [String] = ["no", "yes"],
        artifacts: [ArtifactInfo] = [artifact("executorch-fp32-8", format: "executorch", length: 8)],
        targets: [String: String] = [:],
        targetThreads: [String: Int]? = nil,
        tokenizer: URL? = nil
    ) throws {
        self.directory = directory
        for artifact in artifacts { try file(artifact.file).write("the model \(artifact.id)") }
        let lengths = Set(artifacts.flatMap(\.sequenceLengths)).sorted()
        for length in lengths { try writeGolden(length) }
        let tokens = try tokenizer.map { try Data(contentsOf: $0.appendingPathComponent("tokenizer.json")) }
        try file("tokenizer/tokenizer.json").write(tokens ?? Data("{}".utf8))
        let manifest = Manifest(
            schemaVersion: Manifest.version,
            model: ModelInfo(
                name: "small",
                task: task,
                labels: labels,
                hiddenSize: 4,
                layers: 1,
                groups: ["q": 1],
                parameters: 100,
                sourceSha256: "0"
            ),
            tokenizer: TokenizerInfo(
                tokenizerClass: "BertTokenizer",
                directory: "tokenizer",
                vocabularySize: 10,
                lowercase: true,
                specialTokens: ["pad": 0]
            ),
            vocabularyPruning: nil,
            maxLength: lengths.last ?? 0,
            artifacts: try artifacts.map { try checked($0) },
            golden: try lengths.flatMap { [try info("golden/\($0).json"), try info("golden/\($0).f32")] },
            tokenizerFiles: [try info("tokenizer/tokenizer.json")],
            quantization: [],
            targets: targets,
            targetThreads: targetThreads,
            toolchain: [:],
            samples: SamplesInfo(seed: 0, calibrationRows: 1, verificationRows: 1, sourceSha256: "0")
        )
        try file(manifestName).write(try encodeDocument(manifest))
    }

    /// A file of the bundle by its name.
    package func file(_ name: String) -> URL { directory.appendingPathComponent(name) }

    /// Changes the manifest's text; it has to have something to change.
    package func changeManifest(_ old: String, _ new: String) throws {
        let text = try file(manifestName).text()
        guard let place = text.range(of: old) else { throw EdgeError(.input, "the manifest has no \(old)") }
        try file(manifestName).write(text.replacingCharacters(in: place, with: new))
    }

    /// What a manifest says of a file.
    package func info(_ name: String) throws -> FileInfo {
        FileInfo(file: name, sha256: try sha256(file(name)), bytes: try byteCount(file(name)))
    }

    /// An artifact, as a manifest lists it; its file's checksum comes with a bundle.
    package static func artifact(
        _ id: String,
        format: String,
        length: Int,
        recipe: String = "fp32",
        backend: String? = "xnnpack",
        outputs: [TensorSpec] = [TensorSpec(name: "logits", dtype: .float32, shape: [1, 2])],
        minimumRuntime: [String: String] = ["executorch": "1.5.1", "iOS": "18", "macOS": "15"]
    ) -> ArtifactInfo {
        ArtifactInfo(
            file: "\(format)/\(id).model",
            sha256: "",
            bytes: 0,
            id: id,
            format: format,
            backend: backend,
            recipe: recipe,
            sequenceLengths: [length],
            inputs: ["input_ids", "attention_mask", "token_type_ids"].map {
                TensorSpec(name: $0, dtype: .int32, shape: [1, length])
            },
            outputs: outputs,
            functions: nil,
            minimumRuntime: minimumRuntime,
            delegation: Delegation(delegatedOps: 1, otherOps: 0),
            parity: ["cosine": 1],
            accuracy: [:],
            layerValues: nil
        )
    }

    private func checked(_ artifact: ArtifactInfo) throws -> ArtifactInfo {
        let info = try info(artifact.file)
        return ArtifactInfo(
            file: info.file,
            sha256: info.sha256,
            bytes: info.bytes,
            id: artifact.id,
            format: artifact.format,
            backend: artifact.backend,
            recipe: artifact.recipe,
            sequenceLengths: artifact.sequenceLengths,
            inputs: artifact.inputs,
            outputs: artifact.outputs,
            functions: artifact.functions,
            minimumRuntime: artifact.minimumRuntime,
            delegation: artifact.delegation,
            parity: artifact.parity,
            accuracy: artifact.accuracy,
            layerValues: artifact.layerValues
        )
    }

    /// Two examples of one length with three tokens; their references are 0.5, -1, 0.5, -1.
    private func writeGolden(_ length: Int) throws {
        let rows = [0, 2].map { offset in
            """
            {"texts":["a b"],"input_ids":[2,5,3],"token_type_ids":[0,0,0],"positions":null,\
            "outputs":{"logits":{"offset":\(offset),"shape":[2]}}}
            """
        }
        try file("golden/\(length).json").write(
            #"{"sequence_length":\#(length),"pad_id":0,"data":"\#(length).f32","rows":[\#(rows.joined(separator: ","))]}"#
        )
        let bits = Self.references.map(\.bitPattern.littleEndian)
        try file("golden/\(length).f32").write(bits.withUnsafeBytes { Data($0) })
    }
}
