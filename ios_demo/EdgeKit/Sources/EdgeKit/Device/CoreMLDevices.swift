/// What Core ML may use, as `--compute-units` says it; it always has the CPU to fall back on.
public enum ComputeUnits: String, CaseIterable, Codable, Sendable {
    case cpu
    case gpu
    case neuralEngine = "ne"
    case all
}

/// The devices of one measurement with Core ML.
public struct CoreMLDevices: Codable, Equatable, Sendable {
    /// What Core ML was allowed to use.
    public let computeUnits: ComputeUnits

    /// What it plans to use; nil if it does not say.
    @OrNull public private(set) var placement: Placement?

    /// Why it does not say, in one line; nil if it does.
    @OrNull public private(set) var placementMissing: String?

    /// The devices of one measurement.
    public init(computeUnits: ComputeUnits, placement: Placement?, placementMissing: String?) {
        self.computeUnits = computeUnits
        self.placement = placement
        self.placementMissing = placementMissing
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case computeUnits = "compute_units"
        case placement
        case placementMissing = "placement_missing"
    }
}

/// Core ML's plan for one function of a package.
public struct Placement: Codable, Equatable, Sendable {
    /// What one device is to do.
    public struct DeviceShare: Codable, Equatable, Sendable {
        /// Number of operators that Core ML prefers to run there.
        public var operators: Int

        /// Their share of the estimated cost of all operators, 0 to 1; nil if Core ML estimates none.
        @OrNull public var cost: Double?

        /// What one device is to do.
        public init(operators: Int, cost: Double?) {
            self.operators = operators
            self.cost = cost
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case operators
            case cost
        }
    }

    /// Operators of one type for which Core ML prefers another device than the Neural Engine.
    public struct Outside: Codable, Equatable, Sendable {
        /// Their number.
        public var operators: Int

        /// How many of them the Neural Engine could run.
        public var supported: Int

        /// Operators of one type.
        public init(operators: Int, supported: Int) {
            self.operators = operators
            self.supported = supported
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case operators
            case supported
        }
    }

    /// By device: `CPU`, `GPU`, `Neural Engine`.
    public let devices: [String: DeviceShare]

    /// Number of operators that Core ML gives no device, such as constants.
    public let withoutDevice: Int

    /// By operator type as Core ML names it, for example `ios17.gather`.
    public let outside: [String: Outside]

    /// A plan.
    public init(devices: [String: DeviceShare], withoutDevice: Int, outside: [String: Outside]) {
        self.devices = devices
        self.withoutDevice = withoutDevice
        self.outside = outside
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case devices
        case withoutDevice = "without_device"
        case outside
    }
}
