import EdgeKit

/// The device, as the screen needs it.
public struct ScreenDevice: Sendable {
    /// What bundles know of it.
    let target: AppleTarget

    /// Processor cores.
    let cores: Int

    /// The app's footprint in memory now; nil if the system does not say.
    let memoryBytes: @Sendable () -> Int?

    /// How hot it is now.
    let thermalState: @Sendable () -> ThermalState

    /// The device.
    ///
    /// - Parameters:
    ///   - cores: processor cores, at least one
    ///   - memoryBytes: the app's footprint in memory now
    ///   - thermalState: how hot the device is now
    public init(
        target: AppleTarget,
        cores: Int,
        memoryBytes: @escaping @Sendable () -> Int?,
        thermalState: @escaping @Sendable () -> ThermalState
    ) {
        self.target = target
        self.cores = max(1, cores)
        self.memoryBytes = memoryBytes
        self.thermalState = thermalState
    }
}
