import Foundation

/// An empty folder that is gone with this object.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("edge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

extension URL {
    /// Writes a text, in a folder that is made if it is not there.
    package func write(_ text: String) throws { try write(Data(text.utf8)) }

    /// Writes bytes, in a folder that is made if it is not there.
    package func write(_ bytes: Data) throws {
        try FileManager.default.createDirectory(at: deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: self)
    }

    /// The text of a file.
    package func text() throws -> String { String(decoding: try Data(contentsOf: self), as: UTF8.self) }
}
