private let nanosecondsPerSecond = 1e9

/// Times what is done by a clock, which a test may have made.
struct Stopwatch {
    /// Nanoseconds from any beginning; never goes back.
    let clock: () -> UInt64

    func seconds(since begin: UInt64) -> Double { Double(clock() - begin) / nanosecondsPerSecond }

    /// What `work` returns, and the milliseconds that it took.
    func time<Value>(_ work: () async throws -> Value) async rethrows -> (value: Value, milliseconds: Double) {
        let begin = clock()
        let value = try await work()
        return (value, Double(clock() - begin) / nanosecondsPerMillisecond)
    }
}
