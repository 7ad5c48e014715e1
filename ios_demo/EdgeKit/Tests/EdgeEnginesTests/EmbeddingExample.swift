import EdgeCoreML
import EdgeKit
import Foundation

/// Makes a model of the bundle in `folder`. Loading reads and checks every file: keep what it returns.
func loadModel(_ folder: URL, machine: String) async throws -> TextModel {
    let loaders: [any EngineLoader] = [CoreMLLoader()]
    let bundle = try ModelBundle(directory: folder)
    let target = AppleTarget.of(machine: machine)
    let artifacts = try bestArtifacts(bundle, target: target, loaders: loaders)
    let settings = EngineSettings(threads: 2, computeUnits: .all)
    return try await TextModel(bundle: bundle, artifacts: artifacts, loaders: loaders, settings: settings)
}
