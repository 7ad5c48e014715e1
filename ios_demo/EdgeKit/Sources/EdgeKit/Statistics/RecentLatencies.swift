/// The last latencies of an app's inferences, and what they say together.
public struct RecentLatencies: Equatable, Sendable {
    private let capacity: Int
    private var milliseconds: [Double] = []

    /// None as yet.
    ///
    /// - Parameter capacity: how many are kept, at least one
    public init(capacity: Int = 100) {
        precondition(capacity > 0, "at least one latency has to be kept")
        self.capacity = capacity
    }

    /// Adds the latency of one inference, in milliseconds, and forgets the oldest beyond the capacity.
    public mutating func add(_ latency: Double) {
        if milliseconds.count == capacity { milliseconds.removeFirst() }
        milliseconds.append(latency)
    }

    /// Forgets all of them: another artifact's say nothing about this one.
    public mutating func clear() {
        milliseconds.removeAll()
    }

    /// What those kept say; nil as long as there are none.
    public var summary: LatencySummary? {
        guard let last = milliseconds.last,
            let p50 = percentile(milliseconds, 50),
            let p90 = percentile(milliseconds, 90)
        else { return nil }
        return LatencySummary(runs: milliseconds.count, lastMs: last, p50Ms: p50, p90Ms: p90)
    }
}

/// Latency over some runs, in milliseconds.
public struct LatencySummary: Equatable, Sendable {
    /// How many.
    public let runs: Int

    /// Of the last of them.
    public let lastMs: Double

    /// The median.
    public let p50Ms: Double

    /// What nine in ten lie at or below.
    public let p90Ms: Double

    /// Latency over some runs.
    public init(runs: Int, lastMs: Double, p50Ms: Double, p90Ms: Double) {
        self.runs = runs
        self.lastMs = lastMs
        self.p50Ms = p50Ms
        self.p90Ms = p90Ms
    }
}
