import Foundation
import Testing

/// What the tests of the reference apps compare with: `python -m tests.app_vectors FOLDER` writes it, and
/// SQUEEZEBERT_EDGE_APP_VECTORS says where it is.
enum AppVectors {
    fileprivate static let variable = "SQUEEZEBERT_EDGE_APP_VECTORS"

    /// Their folder; nil if the environment names none.
    static let folder = ProcessInfo.processInfo.environment[variable].map { URL(fileURLWithPath: $0) }

    /// A file or folder of the vectors.
    static func url(_ name: String) throws -> URL {
        guard let folder else { throw Missing(description: "\(variable) is not set") }
        let url = folder.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw Missing(description: "\(url.path) is missing: write it with 'python -m tests.app_vectors FOLDER'")
        }
        return url
    }

    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves tests out where there are no vectors: in Xcode, say.
    static var needsAppVectors: Self {
        .enabled(
            if: AppVectors.folder != nil,
            "\(AppVectors.variable) is not set: it names the folder of 'python -m tests.app_vectors'"
        )
    }
}
