import EdgeKit
import Foundation

/// What engines were given to do, in order.
actor EngineRecord {
    private(set) var loaded: [String] = []
    private(set) var inputs: [[String: [Int32]]] = []

    func add(loaded id: String) { loaded.append(id) }

    func add(inputs: [String: [Int32]]) { self.inputs.append(inputs) }
}

/// Engines that compute by a formula, so that it is known what follows from them: each value of an output is its place
/// times the number of tokens.
struct LinearLoader: EngineLoader {
    let format: String
    let runtimeName: String
    let version: String
    let record = EngineRecord()
    private let devices: CoreMLDevices?
    private let beforeLoad: @Sendable () async throws -> Void
    private let beforeRun: @Sendable () async throws -> Void

    init(
        _ format: String = "coreml",
        version: String = "18.1",
        runtimeName: String? = nil,
        devices: CoreMLDevices? = nil,
        beforeLoad: @escaping @Sendable () async throws -> Void = {},
        beforeRun: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.format = format
        self.version = version
        self.runtimeName = runtimeName ?? (format == "coreml" ? "iOS" : format)
        self.devices = devices
        self.beforeLoad = beforeLoad
        self.beforeRun = beforeRun
    }

    func load(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings) async throws -> any Engine {
        await record.add(loaded: "\(artifact.id) \(artifact.sequenceLengths)")
        try await beforeLoad()
        return LinearEngine(
            runtime: "\(runtimeName) \(version)",
            outputs: artifact.outputs,
            devices: devices,
            record: record,
            beforeRun: beforeRun
        )
    }
}

private actor LinearEngine: Engine {
    nonisolated let runtime: String
    private let outputs: [TensorSpec]
    private let devices: CoreMLDevices?
    private let record: EngineRecord
    private let beforeRun: @Sendable () async throws -> Void

    init(
        runtime: String,
        outputs: [TensorSpec],
        devices: CoreMLDevices?,
        record: EngineRecord,
        beforeRun: @escaping @Sendable () async throws -> Void
    ) {
        self.runtime = runtime
        self.outputs = outputs
        self.devices = devices
        self.record = record
        self.beforeRun = beforeRun
    }

    func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]] {
        try await beforeRun()
        await record.add(inputs: inputs)
        let tokens = Float((inputs["attention_mask"] ?? []).reduce(0, +))
        let named = outputs.map { spec in (spec.name, (0..<spec.count).map { Float($0) * tokens }) }
        return Dictionary(uniqueKeysWithValues: named)
    }
    func coreMLDevices() async -> CoreMLDevices? { devices }
}
