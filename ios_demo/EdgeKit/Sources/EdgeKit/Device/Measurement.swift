private let bytesPerMegabyte = 1e6

/// Warms `run` up and times it until `rule` is met.
///
/// - Throws: `CancellationError` if the task was cancelled between two runs, and what `run` throws
public func measure(
    _ rule: MeasurementRule,
    _ instruments: Instruments,
    run: () async throws -> Void
) async throws -> Timing {
    let measurement = Measurement(
        rule: rule,
        stopwatch: Stopwatch(clock: instruments.clock),
        state: instruments.state,
        peakFootprintBytes: instruments.peakFootprintBytes,
        begin: instruments.begin
    )
    return try await measurement.measure(run)
}

/// One measurement and what it reads; without a need that all of it may be read from several threads.
struct Measurement {
    let rule: MeasurementRule
    let stopwatch: Stopwatch
    let state: () -> DeviceState
    let peakFootprintBytes: () -> Int?
    let begin: (Instruments.Interval) -> () -> Void

    func measure(_ run: () async throws -> Void) async throws -> Timing {
        let before = state()
        let (warmUp, warmedUp) = try await warmUp(run)
        let latencies = try await timeRuns(rule.minimumRuns, rule.minimumSeconds, .run, run)
        // Before anything else: an idle core lowers its clock within milliseconds.
        let after = state()
        return Timing(
            warmUpMs: warmUp,
            latenciesMs: latencies,
            warmedUp: warmedUp,
            peakRssMb: peakFootprintBytes().map { Double($0) / bytesPerMegabyte },
            before: before,
            after: after
        )
    }

    /// Milliseconds of each run; both minima are reached.
    private func timeRuns(
        _ minimumRuns: Int,
        _ minimumSeconds: Double,
        _ interval: Instruments.Interval,
        _ run: () async throws -> Void
    ) async throws -> [Double] {
        var times: [Double] = []
        let start = stopwatch.clock()
        while times.count < minimumRuns || stopwatch.seconds(since: start) < minimumSeconds {
            try Task.checkCancellation()
            let end = begin(interval)
            defer { end() }
            times.append(try await stopwatch.time(run).milliseconds)
        }
        return times
    }

    /// Milliseconds of the runs until they were stable, and whether they became so in time.
    private func warmUp(_ run: () async throws -> Void) async throws -> (times: [Double], warmedUp: Bool) {
        let start = stopwatch.clock()
        var times = try await timeRuns(rule.warmUpWindow, 0, .warmUp, run)
        while true {
            let earlier = median(times.suffix(rule.warmUpWindow)) ?? 0
            let window = try await timeRuns(rule.warmUpWindow, 0, .warmUp, run)
            times += window
            if abs((median(window) ?? 0) - earlier) < rule.warmUpTolerance * earlier { return (times, true) }
            if stopwatch.seconds(since: start) >= rule.warmUpSeconds { return (times, false) }
        }
    }
}
