import EdgeTestSupport
import Foundation

@testable import EdgeCoreML
@testable import EdgeKit

/// A package for the stand-in of Core ML, and the loader of an app that has it.
struct SmallPackage {
    let folder: TemporaryFolder
    var package: URL { folder.url.appendingPathComponent("small.mlpackage") }
    var cache: URL { folder.url.appendingPathComponent("Caches") }

    /// - Parameter functions: what the package has, by name
    init(functions: [String: [String: Any]], isPipeline: Bool = false) throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(at: package, withIntermediateDirectories: true)
        let document: [String: Any] = ["functions": functions, "isPipeline": isPipeline]
        try JSONSerialization.data(withJSONObject: document).write(to: package.appendingPathComponent("model.json"))
    }

    /// With the function that packages of one function have.
    init(_ function: [String: Any]) throws {
        try self.init(functions: ["main": function])
    }

    func loader(build: String = "Version 17.4 (Build 21E219)") -> CoreMLLoader {
        CoreMLLoader(cache: cache, version: "17.4", build: build)
    }

    func load(_ artifact: ArtifactInfo, computeUnits: ComputeUnits = .all) async throws -> any Engine {
        try await loader().load(package, artifact: artifact, settings: .init(threads: 1, computeUnits: computeUnits))
    }
}

/// A function with the inputs of a text; its outputs count their places, times the sum of all inputs.
func function(
    length: Int = 4,
    outputs: [[String: Any]],
    needsSameBackings: Bool = false,
    operations: [[String: Any]] = []
) -> [String: Any] {
    [
        "inputs": textInputs(length).map { packaged($0["name"] as? String ?? "", "int32", [1, length]) },
        "outputs": outputs, "needsSameBackings": needsSameBackings, "operations": operations,
    ]
}

/// An input or output, as the stand-in's package has it.
func packaged(
    _ name: String,
    _ type: String,
    _ shape: [Int],
    strides: [Int]? = nil,
    value: String = "places"
) -> [String: Any] {
    var document: [String: Any] = ["name": name, "type": type, "shape": shape, "value": value]
    document["strides"] = strides
    return document
}
