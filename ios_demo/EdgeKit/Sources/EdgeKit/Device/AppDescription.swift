/// What the installed app says of itself and of its device: `edge.devices.ios_app.AppDescription`.
public struct AppDescription: Codable, Equatable, Sendable {
    /// Version of the schema.
    public let schemaVersion: Int

    /// Name and version of the app.
    public let program: String

    /// Version of each runtime in it beside Core ML, by its name in `minimum_runtime`.
    public let runtimes: [String: String]

    /// By performance level.
    public let cores: [CoreGroup]

    /// Main memory in 10^6 bytes.
    public let memoryMb: Double

    /// `nominal`, `fair`, `serious` or `critical`.
    public let thermalState: String

    init(program: String, runtimes: [String: String], device: DeviceDescription) {
        schemaVersion = workVersion
        self.program = program
        self.runtimes = runtimes
        cores = device.cores
        memoryMb = Double(device.memoryBytes) / 1e6
        thermalState = device.thermalState.rawValue
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
        case program
        case runtimes
        case cores
        case memoryMb = "memory_mb"
        case thermalState = "thermal_state"
    }
}

/// Cores of one kind.
public struct CoreGroup: Codable, Equatable, Sendable {
    /// Number of them.
    public let count: Int

    /// What the system calls them: `Performance`, `Efficiency`.
    public let part: String

    /// Cores of one kind.
    public init(count: Int, part: String) {
        self.count = count
        self.part = part
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case count
        case part
    }
}

/// What a device is.
public struct DeviceDescription: Equatable, Sendable {
    /// By performance level, as sysctl's `hw.perflevel` has them.
    public let cores: [CoreGroup]

    /// Main memory.
    public let memoryBytes: UInt64

    /// How hot it is now.
    public let thermalState: ThermalState

    /// A device.
    public init(cores: [CoreGroup], memoryBytes: UInt64, thermalState: ThermalState) {
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.thermalState = thermalState
    }
}

/// How hot a device is, in the words of ProcessInfo.
public enum ThermalState: String, CaseIterable, Sendable {
    case nominal
    case fair
    case serious
    case critical

    /// Whether the system holds its clocks down; `fair` is only a warning.
    public var throttles: Bool { self == .serious || self == .critical }
}
