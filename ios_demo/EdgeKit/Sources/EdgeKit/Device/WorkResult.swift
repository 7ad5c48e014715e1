/// What a device program did.
public struct WorkResult: Codable, Equatable, Sendable {
    /// Version of the schema.
    public let schemaVersion: Int

    /// Name and version of the program.
    public let program: String

    /// Name and version of what computed.
    public let runtime: String

    /// Its id in the manifest.
    public let artifact: String

    /// In tokens.
    public let sequenceLength: Int

    /// CPU threads of one inference, as they were asked for.
    public let threads: Int

    /// Always empty: iOS lets no program choose its cores.
    public let cores: [Int]

    /// Milliseconds from the file to a runtime that is ready to run, the runtime's library loaded before.
    public let loadMs: Double

    /// The worst golden example's cosine of the angle to its fp32 reference; nil if none ran.
    public let worstCosine: Double?

    /// Nil if nothing was measured.
    public let timing: Timing?

    /// Of runtimes that can be looked into; empty here.
    public let hazards: [String]

    /// Of such runtimes; empty here.
    public let layers: [LayerDeviation]

    /// The devices that Core ML was allowed and plans to use in what was measured; nil for other runtimes.
    public let coreML: CoreMLDevices?

    init(
        program: String,
        runtime: String,
        request: WorkRequest,
        loadMs: Double,
        worstCosine: Double?,
        timing: Timing?,
        coreML: CoreMLDevices?
    ) {
        schemaVersion = workVersion
        self.program = program
        self.runtime = runtime
        artifact = request.artifact
        sequenceLength = request.sequenceLength
        threads = request.threads
        cores = request.cores
        self.loadMs = loadMs
        self.worstCosine = worstCosine
        self.timing = timing
        hazards = []
        layers = []
        self.coreML = coreML
    }

    /// Reads a result; what may be missing has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try container.decode(.schemaVersion, missing: workVersion)
        program = try container.decode(String.self, forKey: .program)
        runtime = try container.decode(String.self, forKey: .runtime)
        artifact = try container.decode(String.self, forKey: .artifact)
        sequenceLength = try container.decode(Int.self, forKey: .sequenceLength)
        threads = try container.decode(Int.self, forKey: .threads)
        cores = try container.decode(.cores, missing: [])
        loadMs = try container.decode(Double.self, forKey: .loadMs)
        worstCosine = try container.decodeIfPresent(Double.self, forKey: .worstCosine)
        timing = try container.decodeIfPresent(Timing.self, forKey: .timing)
        hazards = try container.decode(.hazards, missing: [])
        layers = try container.decode(.layers, missing: [])
        coreML = try container.decodeIfPresent(CoreMLDevices.self, forKey: .coreML)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
        case program
        case runtime
        case artifact
        case sequenceLength = "sequence_length"
        case threads
        case cores
        case loadMs = "load_ms"
        case worstCosine = "worst_cosine"
        case timing
        case hazards
        case layers
        case coreML = "core_ml"
    }
}

/// How far a layer's values are from the reference's: a pair in a document.
public struct LayerDeviation: Codable, Equatable, Sendable {
    /// Relative.
    public let deviation: Double

    /// Which layer it is.
    public let layer: String

    /// Reads a pair.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        deviation = try container.decode(Double.self)
        layer = try container.decode(String.self)
    }

    /// Writes a pair.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(deviation)
        try container.encode(layer)
    }
}

/// A measurement as the device took it: every run, nothing averaged.
public struct Timing: Codable, Equatable, Sendable {
    /// Milliseconds of each run of the warm-up, in order.
    public let warmUpMs: [Double]

    /// Milliseconds of each run after it, in order.
    public let latenciesMs: [Double]

    /// Whether the warm-up became stable within its time.
    public let warmedUp: Bool

    /// Peak memory of the program after the measurement, in 10^6 bytes; on Apple's systems the peak of its physical
    /// footprint; nil where the system does not say.
    @OrNull public private(set) var peakRssMb: Double?

    /// Taken right before the warm-up.
    public let before: DeviceState

    /// Taken right after the last run.
    public let after: DeviceState

    enum CodingKeys: String, CodingKey, CaseIterable {
        case warmUpMs = "warm_up_ms"
        case latenciesMs = "latencies_ms"
        case warmedUp = "warmed_up"
        case peakRssMb = "peak_rss_mb"
        case before
        case after
    }
}
