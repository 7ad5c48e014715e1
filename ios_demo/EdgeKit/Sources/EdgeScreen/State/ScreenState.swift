import EdgeKit

/// All that the screen shows, but for what stands in its text fields.
public struct ScreenState: Equatable, Sendable {
    /// Folders to choose from.
    public internal(set) var bundles: [BundleFolder] = []

    /// Place in `bundles`; nil if there are none.
    public internal(set) var chosenBundle: Int?

    /// The chosen bundle's contents; nil until they are read.
    public internal(set) var loaded: LoadedBundle?

    /// What goes on; nil if nothing does.
    public internal(set) var work: Work?

    /// What went wrong last; nil if nothing did.
    public internal(set) var problem: Problem?

    /// Nil until a text was run.
    public internal(set) var answer: ShownAnswer?

    /// Nil until a text was run.
    public internal(set) var figures: Figures?
}

/// A bundle whose manifest was read.
public struct LoadedBundle: Equatable, Sendable {
    /// The model's name.
    public let modelName: String

    /// What it serves.
    public let task: ModelTask

    /// To choose from; each stands for those of its format, backend and recipe of all lengths.
    public let artifacts: [ArtifactChoice]

    /// Place in `artifacts`.
    public internal(set) var chosenArtifact: Int

    /// What an inference may use.
    public internal(set) var settings: EngineSettings

    /// One line for each artifact in a format of this app that does not run right here.
    public let leftOut: [String]

    /// Name and version of what computes; nil until it is loaded.
    public internal(set) var runtime: String?

    /// What is chosen.
    public var artifact: ArtifactChoice { artifacts[chosenArtifact] }
}

/// Artifacts of one format, backend and recipe, one for each length or one for several.
public struct ArtifactChoice: Equatable, Sendable {
    let artifacts: [ArtifactInfo]

    /// What remembers it: the first artifact's id.
    var id: String { artifacts.first?.id ?? "" }

    /// In tokens, ascending.
    var lengths: [Int] { artifacts.flatMap(\.sequenceLengths).sorted() }

    /// Of all files.
    var bytes: Int { artifacts.map(\.bytes).reduce(0, +) }

    /// Whether Core ML computes, so that a person chooses the devices that it may use.
    public var takesComputeUnits: Bool { artifacts.first?.format == "coreml" || artifacts.first?.backend == "coreml" }
}

/// What goes on.
public enum Work: Equatable, Sendable {
    /// Bundles are looked for.
    case looking

    /// A bundle or an artifact of this name is read.
    case loading(String)

    /// A text is run.
    case running

    /// It was run this many times out of how many.
    case measuring(Int, of: Int)
}

/// What the runs since the artifact was loaded say of this device.
public struct Figures: Equatable, Sendable {
    let latencies: LatencySummary

    /// The app's footprint after the last run; nil if the system does not say.
    let memoryBytes: Int?

    /// After the last run.
    let thermalState: ThermalState
}
