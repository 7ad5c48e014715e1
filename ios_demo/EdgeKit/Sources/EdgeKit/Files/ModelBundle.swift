import Foundation

/// Name of the file that makes a folder a bundle.
public let manifestName = "manifest.json"

private let again = "build the bundle again"
private let copyAgain = "copy the bundle again"

/// In tokens; no encoder reads more at once.
private let longestSequence = 1 << 20

/// A bundle in a folder: everything that an app loads.
///
/// A file's size and SHA-256 are compared with the manifest's before its first use through one of the functions here,
/// once for each object of this class.
public actor ModelBundle {
    /// Where it lies.
    public nonisolated let directory: URL

    /// What it holds.
    public nonisolated let manifest: Manifest

    private var checked: Set<String> = []

    /// Reads the bundle in `directory`.
    ///
    /// - Throws: `EdgeError` if it is missing, is no bundle, or was written by another version
    public init(directory: URL) throws {
        let file = directory.appendingPathComponent(manifestName)
        guard isFolder(directory) else {
            throw EdgeError(.input, "\(directory.path): no such bundle; make one with 'squeezebert-edge build'")
        }
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw EdgeError(.input, "\(directory.path): not a bundle, it has no \(manifestName)")
        }
        self.directory = directory
        manifest = try readManifest(file)
    }

    /// The artifact called `id`.
    ///
    /// - Throws: `EdgeError` if the bundle has none of that name
    public nonisolated func artifact(_ id: String) throws -> ArtifactInfo {
        if let found = manifest.artifacts.first(where: { $0.id == id }) { return found }
        let names = manifest.artifacts.map(\.id).joined(separator: ", ")
        throw EdgeError(.input, "no artifact '\(id)' in \(directory.path): it has \(names)")
    }

    /// The file or folder of `artifact`, its checksum checked.
    ///
    /// - Throws: `EdgeError` if it is missing or damaged
    public func artifactFile(_ artifact: ArtifactInfo) throws -> URL { try checkedFile(artifact.fileInfo) }

    /// The folder of the tokenizer, the checksums of its files checked.
    ///
    /// - Throws: `EdgeError` if one is missing or damaged
    public func tokenizerDirectory() throws -> URL {
        let name = "\(manifest.tokenizer.directory)/tokenizer.json"
        guard manifest.tokenizerFiles.contains(where: { $0.file == name }) else {
            throw EdgeError(.input, "\(directory.path): \(name) is not in its \(manifestName); \(again)")
        }
        for file in manifest.tokenizerFiles { _ = try checkedFile(file) }
        return directory.appendingPathComponent(manifest.tokenizer.directory)
    }

    /// The golden vectors of one length, their checksums checked.
    ///
    /// - Throws: `EdgeError` if they are missing or damaged
    public func golden(_ sequenceLength: Int) throws -> Golden {
        let (index, data) = try goldenFiles(sequenceLength)
        return try readGolden(
            index: try checkedFile(index),
            data: try checkedFile(data),
            sequenceLength: sequenceLength
        )
    }

    /// Checks all that inference with `artifact` reads: its file and the tokenizer's, and the golden vectors of its
    /// lengths. For a screen that says whether a bundle is whole; the other functions check what they need themselves.
    ///
    /// - Throws: `EdgeError` if one is missing or damaged
    public func check(_ artifact: ArtifactInfo) throws {
        _ = try artifactFile(artifact)
        _ = try tokenizerDirectory()
        for length in artifact.sequenceLengths {
            let (index, data) = try goldenFiles(length)
            _ = try checkedFile(index)
            _ = try checkedFile(data)
        }
    }

    private func goldenFiles(_ sequenceLength: Int) throws -> (index: FileInfo, data: FileInfo) {
        func file(_ name: String) throws -> FileInfo {
            if let found = manifest.golden.first(where: { $0.file == name }) { return found }
            throw EdgeError(.input, "\(directory.path): \(name) is not in its \(manifestName); \(again)")
        }
        return (try file("golden/\(sequenceLength).json"), try file("golden/\(sequenceLength).f32"))
    }

    private func checkedFile(_ entry: FileInfo) throws -> URL {
        let file = directory.appendingPathComponent(entry.file)
        if checked.contains(entry.file) { return file }
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw EdgeError(.input, "\(file.path): missing; \(copyAgain)")
        }
        do {
            let size = try byteCount(file)
            guard size == entry.bytes else {
                throw EdgeError(
                    .input,
                    "\(file.path): has \(size) bytes, not the manifest's \(entry.bytes); \(copyAgain)"
                )
            }
            guard try sha256(file) == entry.sha256 else {
                throw EdgeError(.input, "\(file.path): its checksum differs from the manifest's; \(copyAgain)")
            }
        } catch let error where !(error is EdgeError) {
            throw EdgeError(.input, "\(file.path): cannot be read (\(fileProblem(error))); \(copyAgain)")
        }
        checked.insert(entry.file)
        return file
    }
}

private func readManifest(_ file: URL) throws -> Manifest {
    let manifest = try readDocument(file, as: Manifest.self, version: Manifest.version, advice: again)
    let names = manifest.files.map(\.file) + [manifest.tokenizer.directory]
    if let outside = names.first(where: isOutside) {
        throw EdgeError(.input, "\(file.path): \(outside) points outside of the bundle")
    }
    for artifact in manifest.artifacts {
        if let flaw = flaw(artifact) {
            throw EdgeError(.input, "\(file.path): \(artifact.id) has \(flaw); \(again)")
        }
    }
    return manifest
}

/// What no arrays could be made for; nil if there is nothing.
private func flaw(_ artifact: ArtifactInfo) -> String? {
    if artifact.sequenceLengths.isEmpty { return "no sequence length" }
    let functions = artifact.functions ?? []
    if !areUsable(artifact.sequenceLengths) || !areUsable(functions.map(\.sequenceLength)) {
        return "no usable sequence lengths"
    }
    for tensors in [artifact.inputs, artifact.outputs] + functions.flatMap({ [$0.inputs, $0.outputs] }) {
        if let tensor = tensors.first(where: { valueCount($0.shape, atMost: Int(Int32.max)) == nil }) {
            return "no usable shape of '\(tensor.name)'"
        }
        if Set(tensors.map(\.name)).count < tensors.count { return "several inputs or outputs of one name" }
    }
    return nil
}

/// Whether lengths are 1 or more, each above the one before, as tokens are counted and places in arrays rely on it.
private func areUsable(_ lengths: [Int]) -> Bool {
    lengths.allSatisfy((1...longestSequence).contains) && zip(lengths, lengths.dropFirst()).allSatisfy(<)
}

/// Number of values of a shape; nil if an axis is empty or negative, or there are more than `limit`.
func valueCount(_ shape: [Int], atMost limit: Int) -> Int? {
    shape.reduce(1) { product, axis in
        guard let product, axis > 0 else { return nil }
        let (count, overflow) = product.multipliedReportingOverflow(by: axis)
        return overflow || count > limit ? nil : count
    }
}

private func isOutside(_ name: String) -> Bool {
    name.hasPrefix("/") || name.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
}

extension Manifest {
    fileprivate var files: [FileInfo] {
        artifacts.map(\.fileInfo) + artifacts.compactMap(\.layerValues) + golden + tokenizerFiles + quantization
    }
}
