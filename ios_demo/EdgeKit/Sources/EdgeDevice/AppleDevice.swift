#if canImport(Darwin)
    import Darwin
    import EdgeKit
    import Foundation

    /// What an Apple device says of itself.
    public enum AppleDevice {
        /// Its model, as the targets of squeezebert-edge name devices, for example `iPhone16,1`.
        public static func machine() -> String {
            // A simulator has its Mac's.
            ProcessInfo.processInfo.environment["SIMULATOR_MODEL_IDENTIFIER"] ?? systemText("hw.machine") ?? ""
        }

        /// Its cores, memory and heat.
        public static func description() -> DeviceDescription {
            DeviceDescription(
                cores: coreGroups(),
                memoryBytes: ProcessInfo.processInfo.physicalMemory,
                thermalState: thermalState()
            )
        }

        /// How hot it is now.
        public static func thermalState() -> ThermalState {
            ThermalState(ProcessInfo.processInfo.thermalState)
        }
    }

    extension ThermalState {
        init(_ state: ProcessInfo.ThermalState) {
            let states: [ProcessInfo.ThermalState: ThermalState] = [
                .nominal: .nominal, .fair: .fair, .serious: .serious, .critical: .critical,
            ]
            // Newer systems may have states that this does not know: hotter ones, to be careful.
            self = states[state] ?? .critical
        }
    }

    /// Cores by performance level, the fastest last.
    private func coreGroups() -> [CoreGroup] {
        // Level 0 is the fastest.
        let levels = (0..<(systemNumber("hw.nperflevels") ?? 0)).reversed()
        let groups = levels.compactMap { level -> CoreGroup? in
            guard let count = systemNumber("hw.perflevel\(level).physicalcpu"),
                let name = systemText("hw.perflevel\(level).name")
            else { return nil }
            return CoreGroup(count: count, part: name)
        }
        // Macs with Intel processors have no levels.
        return groups.isEmpty ? [CoreGroup(count: ProcessInfo.processInfo.processorCount, part: "CPU")] : groups
    }
#endif
