import EdgeKit
import Foundation
import Testing

@testable import EdgeCoreML

/// What Core ML's loader loads and compiles, with the stand-in of Core ML.
struct CoreMLLoaderTests {
    private let settings = EngineSettings(threads: 1)

    @Test func itsVersionIsTheSystems() {
        let loader = CoreMLLoader()
        let system = ProcessInfo.processInfo.operatingSystemVersion
        #expect(loader.format == "coreml")
        #expect(loader.runtimeName == "iOS")
        #expect(loader.version.hasPrefix("\(system.majorVersion).\(system.minorVersion)"))
    }

    @Test func compilesAPackageOnce() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        _ = try await package.load(logits())
        let first = try stamps(package)
        _ = try await package.load(logits())
        #expect(first.count == 1)
        #expect(try stamps(package) == first)
    }

    @Test func anotherSystemCompilesAgainAndRemovesWhatWasCompiled() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        _ = try await package.load(logits())
        let first = try stamps(package)
        let newer = package.loader(build: "Version 17.5 (Build 21F79)")
        _ = try await newer.load(package.package, artifact: logits(), settings: settings)
        let second = try stamps(package)
        #expect(second.count == 1)
        #expect(second != first)
    }

    @Test func aDamagedModelIsCompiledAgain() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        _ = try await package.load(logits())
        for file in try files(package, named: "model.json") {
            try Data("{".utf8).write(to: file)
        }
        let engine = try await package.load(logits())
        #expect(try await engine.run(someInputs) == ["logits": [0]])
    }

    @Test func aModelThatWasNotUsedForLongIsRemovedAtTheNextCompilation() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        let models = CompiledModels(root: package.cache, system: "17.4")
        let unused = try await models.compile(package.package, sha256: "unused")
        let used = try await models.compile(package.package, sha256: "used")
        let before = Date(timeIntervalSinceNow: -60 * 24 * 3600)
        for model in [unused, used] {
            try FileManager.default.setAttributes([.modificationDate: before], ofItemAtPath: model.path)
        }
        #expect(models.find("used") == used)
        _ = try await models.compile(package.package, sha256: "next")
        #expect(models.find("unused") == nil)
        #expect(models.find("used") == used)
    }

    @Test func theFirstOfTwoCompilationsStays() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        let models = CompiledModels(root: package.cache, system: "17.4")
        _ = try await models.compile(package.package, sha256: "same")
        let first = try stamps(package)
        _ = try await models.compile(package.package, sha256: "same")
        #expect(try stamps(package) == first)
        #expect(try files(package, named: "stamp").count == 1)
    }

    @Test func aCacheThatCannotBeWrittenIsAnError() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        try Data().write(to: package.cache)
        let message = try await edgeError(.device) { _ = try await package.load(logits()) }
        #expect(message.hasPrefix("\(package.cache.path): a compiled model cannot be kept there ("))
    }

    @Test func aPackageThatCoreMLDoesNotCompileIsAnErrorOfOneLine() async throws {
        let package = try SmallPackage(function(outputs: []))
        try FileManager.default.removeItem(at: package.package.appendingPathComponent("model.json"))
        let message = try await edgeError(.input) { _ = try await package.load(logits()) }
        #expect(message == "coreml-small: Core ML cannot load it (the package has no model); build it again")
    }

    @Test func aFunctionThatThePackageLacksIsAnError() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        let message = try await edgeError(.input) { _ = try await package.load(logits(function: "length_4")) }
        #expect(message == "coreml-small: Core ML cannot load it (there is no function length_4); build it again")
    }

    @Test func anOutputThatThePackageLacksIsAnError() async throws {
        let package = try SmallPackage(function(outputs: [packaged("other", "float32", [1, 1])]))
        let message = try await edgeError(.input) { _ = try await package.load(logits()) }
        #expect(message == "coreml-small: the package has no output 'logits'; build it again")
    }

    private func logits(function: String? = nil) throws -> ArtifactInfo {
        try artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 1])], function: function)
    }

    /// What tells one compilation from another.
    private func stamps(_ package: SmallPackage) throws -> [String] {
        try files(package, named: "stamp").map { try String(contentsOf: $0, encoding: .utf8) }
    }

    private func files(_ package: SmallPackage, named name: String) throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: package.cache.path)
        return names.filter { $0.hasSuffix("/\(name)") }.map { package.cache.appendingPathComponent($0) }
    }
}
