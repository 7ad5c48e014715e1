import EdgeKit
import Foundation
import Testing

@testable import EdgeCoreML

/// Where Core ML plans to run operators, as tests/runtimes/test_coreml_macos.py has it for Python.
struct PlacementTests {
    private let outputs = [packaged("logits", "float32", [1, 1])]

    @Test func countsOperatorsAndTheirCostByDevice() async throws {
        let operations = [
            operation("const", prefers: nil),
            operation("ios17.linear", prefers: "Neural Engine", of: ["CPU", "Neural Engine"], cost: 0.5),
            operation("ios17.linear", prefers: "Neural Engine", of: ["CPU", "Neural Engine"], cost: 0.25),
            operation("ios17.gather", prefers: "CPU", of: ["CPU"], cost: 0.25),
            operation("ios17.cast", prefers: "GPU", of: ["CPU", "GPU"]),
            operation("ios17.cast", prefers: "CPU", of: ["CPU", "Neural Engine"]),
        ]
        let devices = try await devices(SmallPackage(function(outputs: outputs, operations: operations)))
        #expect(devices.computeUnits == .neuralEngine)
        #expect(devices.placementMissing == nil)
        #expect(
            devices.placement
                == Placement(
                    devices: [
                        "CPU": .init(operators: 2, cost: 0.25), "GPU": .init(operators: 1, cost: 0),
                        "Neural Engine": .init(operators: 2, cost: 0.75),
                    ],
                    withoutDevice: 1,
                    outside: [
                        "ios17.gather": .init(operators: 1, supported: 0),
                        "ios17.cast": .init(operators: 2, supported: 1),
                    ]
                )
        )
    }

    @Test func withoutAnyCostThereAreNoShares() async throws {
        let operations = [operation("ios17.linear", prefers: "CPU", of: ["CPU"])]
        let devices = try await devices(SmallPackage(function(outputs: outputs, operations: operations)))
        #expect(devices.placement?.devices == ["CPU": .init(operators: 1, cost: nil)])
    }

    @Test func readsThePlanOfTheArtifactsFunction() async throws {
        let operation = operation("ios18.linear", prefers: "GPU", of: ["GPU"], cost: 1)
        let package = try SmallPackage(functions: [
            "main": function(outputs: outputs),
            "length_4": function(outputs: outputs, operations: [operation]),
        ])
        let devices = try await devices(package, function: "length_4")
        #expect(devices.placement?.devices == ["GPU": .init(operators: 1, cost: 1)])
    }

    @Test func saysWhyThereIsNone() async throws {
        let withoutDevice = try SmallPackage(function(outputs: outputs, operations: [operation("const", prefers: nil)]))
        #expect(
            try await devices(withoutDevice).placementMissing
                == "its plan gives no operator of function 'main' a device"
        )
        let pipeline = try SmallPackage(functions: ["main": function(outputs: outputs)], isPipeline: true)
        #expect(try await devices(pipeline).placementMissing == "its plan has no function 'main'")
    }

    @Test func aPlanThatCannotBeReadIsNoErrorOfTheBenchmark() async throws {
        let package = try SmallPackage(function(outputs: outputs))
        let engine = try await load(package)
        try FileManager.default.removeItem(at: package.cache)
        let devices = try #require(await engine.coreMLDevices())
        #expect(devices.placement == nil)
        #expect(devices.placementMissing == "its plan cannot be read: there is no compiled model at")
    }

    /// An operation of the stand-in's plan.
    private func operation(
        _ type: String,
        prefers preferred: String?,
        of supported: [String] = [],
        cost: Double? = nil
    ) -> [String: Any] {
        var document: [String: Any] = ["type": type, "supported": supported]
        document["preferred"] = preferred
        document["cost"] = cost
        return document
    }

    private func devices(_ package: SmallPackage, function: String? = nil) async throws -> CoreMLDevices {
        try #require(await load(package, function: function).coreMLDevices())
    }

    private func load(_ package: SmallPackage, function: String? = nil) async throws -> any Engine {
        let logits = [tensor("logits", "float32", [1, 1])]
        return try await package.load(
            artifact(format: "coreml", outputs: logits, function: function),
            computeUnits: .neuralEngine
        )
    }
}
