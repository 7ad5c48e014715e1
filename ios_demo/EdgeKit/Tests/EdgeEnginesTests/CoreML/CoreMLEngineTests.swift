import EdgeKit
import Testing

@testable import EdgeCoreML

/// Core ML's engine, with the stand-in of Core ML.
struct CoreMLEngineTests {
    @Test func mapsInputsToOutputsByName() async throws {
        let package = try SmallPackage(
            function(outputs: [packaged("logits", "float32", [1, 3]), packaged("pooled", "float32", [1, 2])])
        )
        let engine = try await package.load(
            artifact(
                format: "coreml",
                outputs: [tensor("pooled", "float32", [1, 2]), tensor("logits", "float32", [1, 3])]
            )
        )
        let outputs = try await engine.run(someInputs)
        #expect(outputs == ["logits": [0, 12, 24], "pooled": [0, 12]])
    }

    @Test func everyRunHasItsOwnInputs() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 2])]))
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 2])])
        )
        try await withThrowingTaskGroup(of: (Int32, Float?).self) { group in
            for value in Int32(0)..<20 {
                group.addTask {
                    let inputs: [String: [Int32]] = ["input_ids": [value, 0, 0, 0], "attention_mask": [0, 0, 0, 0]]
                    return (value, try await engine.run(inputs)["logits"]?.last)
                }
            }
            for try await (value, found) in group {
                #expect(found == Float(value))
            }
        }
    }

    @Test(arguments: ["float16", "float32", "double"])
    func readsOutputsWithGapsInRowMajorOrder(type: String) async throws {
        let package = try SmallPackage(
            function(outputs: [packaged("tokens", type, [1, 2, 3], strides: [64, 32, 2])])
        )
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("tokens", "float32", [1, 2, 3])])
        )
        #expect(try await engine.run(someInputs) == ["tokens": [0, 12, 24, 36, 48, 60]])
    }

    @Test(arguments: ["float16", "float32"])
    func givesCoreMLTheSameOutputBuffersForEveryRun(type: String) async throws {
        let package = try SmallPackage(
            function(outputs: [packaged("logits", type, [1, 3])], needsSameBackings: true)
        )
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 3])])
        )
        for _ in 0..<3 {
            #expect(try await engine.run(someInputs) == ["logits": [0, 12, 24]])
        }
    }

    @Test(arguments: zip([ComputeUnits.cpu, .gpu, .all, .neuralEngine], [Float(0), 1, 2, 3]))
    func allowsTheDevicesThatWereAskedFor(units: ComputeUnits, number: Float) async throws {
        let package = try SmallPackage(
            function(outputs: [packaged("logits", "float32", [1, 1], value: "computeUnits")])
        )
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 1])]),
            computeUnits: units
        )
        #expect(try await engine.run(someInputs) == ["logits": [number]])
        #expect(engine.runtime == "Core ML (iOS 17.4, compute units \(units.rawValue))")
    }

    @Test func loadsTheFunctionOfTheArtifact() async throws {
        let package = try SmallPackage(functions: [
            "main": function(length: 8, outputs: [packaged("logits", "float32", [1, 1])]),
            "length_4": function(outputs: [packaged("logits", "float32", [1, 2])]),
        ])
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 2])], function: "length_4")
        )
        #expect(try await engine.run(someInputs) == ["logits": [0, 12]])
    }

    @Test func aFailedRunIsOneLineAndTheNextOneWorks() async throws {
        let package = try SmallPackage(
            function(outputs: [packaged("logits", "float32", [1, 1], value: "error")])
        )
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 1])])
        )
        for _ in 0..<2 {
            let message = try await edgeError(.conversion) { _ = try await engine.run(someInputs) }
            #expect(message == "coreml-small: Core ML cannot run it (the computation failed); build it again")
        }
    }

    @Test func inputsOfAnotherLengthAreAnError() async throws {
        let package = try SmallPackage(function(outputs: [packaged("logits", "float32", [1, 1])]))
        let engine = try await package.load(
            artifact(format: "coreml", outputs: [tensor("logits", "float32", [1, 1])])
        )
        let message = try await edgeError(.input) {
            _ = try await engine.run(["input_ids": [1, 2], "attention_mask": [1, 1]])
        }
        #expect(message == "coreml-small: input 'input_ids' takes 4 values, got 2")
    }
}
