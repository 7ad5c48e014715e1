import Foundation

/// An empty folder that is gone with this object.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("edge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

extension URL {
    /// Writes a text, in a folder that is made if it is not there.
    func write(_ text: String) throws { try write(Data(text.utf8)) }

    /// Writes bytes, in a folder that is made if it is not there.
    func write(_ bytes: Data) throws {
        try FileManager.default.createDirectory(at: deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: self)
    }

    /// The text of a file.
    func text() throws -> String { String(decoding: try Data(contentsOf: self), as: UTF8.self) }
}
