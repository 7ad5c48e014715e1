import Foundation

/// What stands for a compiled model: `model.json` in its folder says what it computes.
///
/// A package is compiled by a copy of that file and a stamp, another one each time, by which tests see that it was
/// compiled again.
struct StandInModel {
    static let defaultFunction = "main"

    let functions: [String: StandInFunction]
    private let file: File

    init(compiled url: URL) throws {
        guard let data = try? Data(contentsOf: url.appendingPathComponent("model.json")) else {
            throw StandInError.failure("there is no compiled model at\n\(url.path)")
        }
        file = try JSONDecoder().decode(File.self, from: data)
        functions = try file.functions.mapValues(StandInFunction.init)
    }

    static func compile(_ package: URL) throws -> URL {
        let file = package.appendingPathComponent("model.json")
        guard let data = try? Data(contentsOf: file) else {
            throw StandInError.failure("the package has no model\n(the second line of the message)")
        }
        let compiled = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).mlmodelc")
        try FileManager.default.createDirectory(at: compiled, withIntermediateDirectories: true)
        try data.write(to: compiled.appendingPathComponent("model.json"))
        try Data(UUID().uuidString.utf8).write(to: compiled.appendingPathComponent("stamp"))
        return compiled
    }

    func structure() throws -> MLModelStructure {
        if file.isPipeline == true { return .pipeline(.init()) }
        return .program(
            .init(
                functions: try file.functions.mapValues { function in
                    .init(block: .init(operations: try (function.operations ?? []).map { try $0.operation() }))
                }
            )
        )
    }

    struct File: Decodable {
        let functions: [String: Function]
        let isPipeline: Bool?
    }

    struct Function: Decodable {
        let inputs: [Tensor]
        let outputs: [Tensor]
        let needsSameBackings: Bool?
        let operations: [Operation]?
    }

    /// `value` is what an output holds: `places`, each value's place times the sum of all inputs; `computeUnits`, the
    /// number of the configuration's; or `error`, which fails the prediction.
    struct Tensor: Decodable {
        let name: String
        let type: String
        let shape: [Int]
        let strides: [Int]?
        let value: String?
    }

    struct Operation: Decodable {
        let type: String
        let preferred: String?
        let supported: [String]?
        let cost: Double?

        func operation() throws -> MLModelStructure.Program.Operation {
            let usage = try preferred.map {
                MLComputePlan.DeviceUsage(
                    supported: try (supported ?? []).map { try MLComputeDevice(standIn: $0) },
                    preferred: try MLComputeDevice(standIn: $0)
                )
            }
            return .init(operatorName: type, usage: usage, cost: cost.map(MLComputePlan.Cost.init))
        }
    }
}

enum StandInError: LocalizedError {
    case failure(String)

    var errorDescription: String? {
        switch self {
        case .failure(let message): message
        }
    }
}
