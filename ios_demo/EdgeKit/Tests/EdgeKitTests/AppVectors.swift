import Foundation

/// What the tests of the reference apps compare with: `python -m tests.app_vectors FOLDER` writes it.
enum AppVectors {
    private static let variable = "SQUEEZEBERT_EDGE_APP_VECTORS"

    /// A file or folder of the vectors.
    static func url(_ name: String) throws -> URL {
        guard let folder = ProcessInfo.processInfo.environment[variable] else {
            throw Missing(description: "\(variable) is not set: it names the folder of 'python -m tests.app_vectors'")
        }
        let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw Missing(description: "\(url.path) is missing: write it with 'python -m tests.app_vectors FOLDER'")
        }
        return url
    }

    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }
}
