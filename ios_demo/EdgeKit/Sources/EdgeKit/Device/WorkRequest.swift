/// The version of docs/device-work.schema.json that these types read and write.
public let workVersion = 1

/// What a device program does: load one artifact, measure it, run the golden vectors.
public struct WorkRequest: Codable, Equatable, Sendable {
    /// Version of the schema.
    public var schemaVersion = workVersion

    /// Folder with manifest.json and the files of this artifact; absolute, or relative to the request's.
    public var bundle: String

    /// Its id in the manifest.
    public var artifact: String

    /// One of the artifact's.
    public var sequenceLength: Int

    /// CPU threads of one inference; Core ML chooses its own.
    public var threads: Int

    /// Logical processors to run on; empty leaves it to the system.
    public var cores: [Int] = []

    /// Nil measures nothing.
    public var measurement: MeasurementRule?

    /// File for the outputs on the golden examples; absolute, or relative to the request's folder; nil runs no golden
    /// example.
    public var outputs: String?

    /// What Core ML may use; nil allows all.
    public var computeUnits: ComputeUnits?

    /// Work without a measurement and without outputs.
    public init(bundle: String, artifact: String, sequenceLength: Int, threads: Int) {
        self.bundle = bundle
        self.artifact = artifact
        self.sequenceLength = sequenceLength
        self.threads = threads
    }

    /// Reads a request; what may be missing has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try container.decode(.schemaVersion, missing: workVersion)
        bundle = try container.decode(String.self, forKey: .bundle)
        artifact = try container.decode(String.self, forKey: .artifact)
        sequenceLength = try container.decode(Int.self, forKey: .sequenceLength)
        threads = try container.decode(Int.self, forKey: .threads)
        cores = try container.decode(.cores, missing: [])
        measurement = try container.decodeIfPresent(MeasurementRule.self, forKey: .measurement)
        outputs = try container.decodeIfPresent(String.self, forKey: .outputs)
        computeUnits = try container.decodeIfPresent(ComputeUnits.self, forKey: .computeUnits)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
        case bundle
        case artifact
        case sequenceLength = "sequence_length"
        case threads
        case cores
        case measurement
        case outputs
        case computeUnits = "compute_units"
    }
}

/// When a measurement is long enough.
///
/// Runs are timed in windows of `warmUpWindow` until the median of one is less than `warmUpTolerance` from the median
/// of the window before, relative to that; or, not warmed up, once two windows are done and `warmUpSeconds` have passed.
/// Then runs are timed one by one until there are `minimumRuns` and `minimumSeconds` have passed.
public struct MeasurementRule: Codable, Equatable, Sendable {
    /// Runs in a window of the warm-up.
    public var warmUpWindow = 5

    /// Largest relative difference of two windows' medians that is stable.
    public var warmUpTolerance = 0.05

    /// Longest warm-up, unless two windows take longer.
    public var warmUpSeconds = 10.0

    /// Runs that are timed at least.
    public var minimumRuns = 100

    /// How long runs are timed at least.
    public var minimumSeconds = 10.0

    /// The rule of squeezebert-edge.
    public init() {}

    /// Reads a rule; what may be missing has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        warmUpWindow = try container.decode(.warmUpWindow, missing: warmUpWindow)
        warmUpTolerance = try container.decode(.warmUpTolerance, missing: warmUpTolerance)
        warmUpSeconds = try container.decode(.warmUpSeconds, missing: warmUpSeconds)
        minimumRuns = try container.decode(.minimumRuns, missing: minimumRuns)
        minimumSeconds = try container.decode(.minimumSeconds, missing: minimumSeconds)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case warmUpWindow = "warm_up_window"
        case warmUpTolerance = "warm_up_tolerance"
        case warmUpSeconds = "warm_up_seconds"
        case minimumRuns = "minimum_runs"
        case minimumSeconds = "minimum_seconds"
    }
}
