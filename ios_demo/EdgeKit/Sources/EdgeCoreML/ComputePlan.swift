#if canImport(CoreML)
    import CoreML
    import EdgeKit
    import Foundation

    private let neuralEngine = "Neural Engine"

    /// What Core ML may use and plans to use of a compiled model.
    func readDevices(_ compiled: URL, _ options: CoreMLOptions, version: String) async -> CoreMLDevices {
        do {
            let placement = try await readPlacement(compiled, options, version: version)
            return CoreMLDevices(computeUnits: options.computeUnits, placement: placement, placementMissing: nil)
        } catch {
            // A benchmark without it is still a benchmark.
            return CoreMLDevices(
                computeUnits: options.computeUnits,
                placement: nil,
                placementMissing: (error as? NoPlacement)?.reason ?? "its plan cannot be read: \(firstLine(error))"
            )
        }
    }

    private struct NoPlacement: Error {
        let reason: String
    }

    private func readPlacement(_ compiled: URL, _ options: CoreMLOptions, version: String) async throws -> Placement {
        guard #available(iOS 17.4, macOS 14.4, *) else {
            throw NoPlacement(reason: "that needs iOS 17.4 or macOS 14.4, this is \(version)")
        }
        let plan = try await MLComputePlan.load(contentsOf: compiled, configuration: options.configuration())
        let name = options.function ?? CoreMLOptions.defaultFunction
        guard case .program(let program) = plan.modelStructure, let function = program.functions[name] else {
            throw NoPlacement(reason: "its plan has no function '\(name)'")
        }
        let placement = countDevices(plan, function.block.operations)
        if placement.devices.isEmpty {
            throw NoPlacement(reason: "its plan gives no operator of function '\(name)' a device")
        }
        return placement
    }

    /// The devices of operations of an ML program, nested blocks (which no bundle has) left out.
    @available(iOS 17.4, macOS 14.4, *)
    private func countDevices(
        _ plan: MLComputePlan,
        _ operations: [MLModelStructure.Program.Operation]
    ) -> Placement {
        var counts: [String: Int] = [:]
        var costs: [String: Double] = [:]
        var outside: [String: Placement.Outside] = [:]
        var withoutDevice = 0
        for operation in operations {
            guard let usage = plan.deviceUsage(for: operation) else {
                withoutDevice += 1
                continue
            }
            let device = name(usage.preferred)
            counts[device, default: 0] += 1
            costs[device, default: 0] += plan.estimatedCost(of: operation)?.weight ?? 0
            if device != neuralEngine {
                let isSupported = usage.supported.contains { name($0) == neuralEngine }
                outside[operation.operatorName, default: .init(operators: 0, supported: 0)].operators += 1
                outside[operation.operatorName]?.supported += isSupported ? 1 : 0
            }
        }
        let total = costs.values.reduce(0, +)
        let devices = counts.map { device, count in
            (device, Placement.DeviceShare(operators: count, cost: total > 0 ? (costs[device] ?? 0) / total : nil))
        }
        return Placement(
            devices: Dictionary(uniqueKeysWithValues: devices),
            withoutDevice: withoutDevice,
            outside: outside
        )
    }

    private func name(_ device: MLComputeDevice) -> String {
        // No switch: Core ML may get devices that this does not know.
        if case .cpu = device { return "CPU" }
        if case .gpu = device { return "GPU" }
        if case .neuralEngine = device { return neuralEngine }
        return device.description
    }
#endif
