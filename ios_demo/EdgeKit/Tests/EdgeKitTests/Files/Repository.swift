import Foundation

/// Files of the repository outside of ios_demo, where the environment says that they can be read.
enum Repository {
    /// The folder docs.
    static let docs = ProcessInfo.processInfo.environment["SQUEEZEBERT_EDGE_DOCS"].map { URL(fileURLWithPath: $0) }

    /// The folder edge/targets beside it.
    static let targets = docs?.deletingLastPathComponent().appendingPathComponent("edge/targets")
}
