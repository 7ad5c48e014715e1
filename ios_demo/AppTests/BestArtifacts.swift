import EdgeDevice
import EdgeKit

@testable import Edge

/// A bundle, and those of its artifacts that suit this device best.
struct BestArtifacts: Sendable {
    let bundle: ModelBundle
    let artifacts: [ArtifactInfo]

    func model() async throws -> TextModel {
        let threads = threadsFor(bundle.manifest, target: .ofThisDevice, cores: AppleTarget.ofThisDevice.threads)
        return try await TextModel(
            bundle: bundle,
            artifacts: artifacts,
            loaders: engineLoaders(),
            settings: EngineSettings(threads: threads)
        )
    }

    /// The texts of the first golden example.
    func texts() async throws -> [String] {
        let length = artifacts.flatMap(\.sequenceLengths).max() ?? 0
        return try await bundle.golden(length).examples.first?.texts ?? []
    }
}

extension AppleTarget {
    static var ofThisDevice: AppleTarget { of(machine: AppleDevice.machine()) }
}
