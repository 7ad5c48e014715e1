import EdgeKit
import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeExecuTorch

/// ExecuTorch's engine, with the stand-in of ExecuTorch.
struct ExecuTorchEngineTests {
    @Test(arguments: ["int", "long"])
    func mapsInputsOfTheFilesTypeToOutputsByPlace(type: String) async throws {
        let program = try SmallProgram(
            inputs: [input(type), input(type)],
            outputs: [output("float", [1, 3]), output("float", [1, 2])]
        )
        let engine = try await program.load(outputs: [logits([1, 3]), tensor("pooled", "float32", [1, 2])])
        #expect(try await engine.run(someInputs) == ["logits": [0, 12, 24], "pooled": [0, 12]])
        let others: [String: [Int32]] = ["input_ids": [0, 0, 0, 1], "attention_mask": [0, 0, 0, 0]]
        #expect(try await engine.run(others) == ["logits": [0, 1, 2], "pooled": [0, 1]])
    }

    @Test func readsHalfPrecisionOutputs() async throws {
        let program = try SmallProgram(outputs: [output("half", [1, 3])])
        #expect(try await program.load(outputs: [logits([1, 3])]).run(someInputs) == ["logits": [0, 12, 24]])
    }

    @Test func theBackendDecidesWhetherCoreMLIsTold() async throws {
        let program = try SmallProgram(outputs: [output("float", [1, 1], value: "computeUnit")])
        let onCPU = try await program.load(outputs: [logits([1, 1])], backend: "xnnpack", computeUnits: .cpu)
        #expect(try await onCPU.run(someInputs) == ["logits": [-1]])
        #expect(onCPU.runtime == "executorch 1.5.1 (threads of its own choice)")
        #expect(await onCPU.coreMLDevices() == nil)
    }

    @Test(arguments: zip([ComputeUnits.cpu, .gpu, .neuralEngine, .all], [Float(0), 1, 2, 3]))
    func allowsTheDevicesThatWereAskedFor(units: ComputeUnits, number: Float) async throws {
        let program = try SmallProgram(outputs: [output("float", [1, 1], value: "computeUnit")])
        let engine = try await program.load(outputs: [logits([1, 1])], backend: "coreml", computeUnits: units)
        #expect(try await engine.run(someInputs) == ["logits": [number]])
        #expect(engine.runtime == "executorch 1.5.1 (Core ML, compute units \(units.rawValue))")
        let devices = try #require(await engine.coreMLDevices())
        #expect(devices.computeUnits == units)
        #expect(devices.placementMissing == "ExecuTorch does not say it of its Core ML backend")
    }

    @Test func aFileThatExecuTorchDoesNotReadIsAnError() async throws {
        let program = try SmallProgram(outputs: [])
        try Data("no program".utf8).write(to: program.file)
        let message = try await edgeError(.input) { _ = try await program.load(outputs: [logits([1, 1])]) }
        #expect(
            message == "executorch-small: ExecuTorch cannot load it (Invalid program contents); build it again"
        )
    }

    @Test func otherInputsThanTheManifestsAreAnError() async throws {
        let fewer = try SmallProgram(inputs: [input("int")], outputs: [output("float", [1, 1])])
        let count = try await edgeError(.input) { _ = try await fewer.load(outputs: [logits([1, 1])]) }
        #expect(count == "executorch-small: it takes 1 inputs, not 2; build it again")
        let floats = try SmallProgram(inputs: [input("int"), input("float")], outputs: [output("float", [1, 1])])
        let type = try await edgeError(.input) { _ = try await floats.load(outputs: [logits([1, 1])]) }
        #expect(
            type == "executorch-small: its input 'attention_mask' is no integers of shape [1, 4]; build it again"
        )
    }

    @Test func otherOutputsThanTheManifestsAreAnError() async throws {
        let program = try SmallProgram(outputs: [output("float", [1, 1]), output("float", [1, 1])])
        let engine = try await program.load(outputs: [logits([1, 1])])
        let message = try await edgeError(.conversion) { _ = try await engine.run(someInputs) }
        #expect(message == "executorch-small: ExecuTorch cannot run it (it has 2 outputs, not 1); build it again")
    }

    @Test func aFailedRunIsAnError() async throws {
        let program = try SmallProgram(outputs: [output("float", [1, 1], value: "error")])
        let engine = try await program.load(outputs: [logits([1, 1])])
        let message = try await edgeError(.conversion) { _ = try await engine.run(someInputs) }
        #expect(message == "executorch-small: ExecuTorch cannot run it (Invalid executor state); build it again")
    }

    @Test func inputsOfAnotherLengthAreAnError() async throws {
        let program = try SmallProgram(outputs: [output("float", [1, 1])])
        let engine = try await program.load(outputs: [logits([1, 1])])
        let message = try await edgeError(.input) { _ = try await engine.run(["input_ids": [1, 2]]) }
        #expect(message == "executorch-small: input 'input_ids' takes 4 values, got 2")
    }

    @Test func itsVersionIsThatOfThePackage() throws {
        let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Package.swift")
        let manifest = try String(contentsOf: package.standardizedFileURL, encoding: .utf8)
        #expect(manifest.contains("branch: \"swiftpm-\(ExecuTorchLoader().version)\""))
    }

    private func logits(_ shape: [Int]) -> [String: Any] { tensor("logits", "float32", shape) }

    private func input(_ type: String) -> [String: Any] { output(type, [1, 4]) }
}

/// A .pte for the stand-in of ExecuTorch.
private struct SmallProgram {
    let folder: TemporaryFolder
    var file: URL { folder.url.appendingPathComponent("small.pte") }

    init(
        inputs: [[String: Any]] = [output("int", [1, 4]), output("int", [1, 4])],
        outputs: [[String: Any]]
    ) throws {
        folder = try TemporaryFolder()
        let document: [String: Any] = ["method": "forward", "inputs": inputs, "outputs": outputs]
        try JSONSerialization.data(withJSONObject: document).write(to: file)
    }

    func load(
        outputs: [[String: Any]],
        backend: String? = nil,
        computeUnits: ComputeUnits = .all
    ) async throws -> any Engine {
        try await ExecuTorchLoader().load(
            file,
            artifact: artifact(format: "executorch", backend: backend, outputs: outputs),
            settings: .init(threads: 2, computeUnits: computeUnits)
        )
    }
}

/// An output, or an input, as the stand-in's file has it.
private func output(_ type: String, _ shape: [Int], value: String = "places") -> [String: Any] {
    ["type": type, "shape": shape, "value": value]
}
