import Testing

@testable import EdgeKit

/// A device whose clock goes on by what runs take, and which gets warmer by a degree each time it is asked.
private final class WarmDevice {
    private var nanoseconds: UInt64 = 1_000
    private(set) var runs = 0
    private(set) var openIntervals = 0
    private var temperature = 29.0

    func measure(_ rule: MeasurementRule, milliseconds: (Int) throws -> Double) async throws -> Timing {
        let measurement = Measurement(
            rule: rule,
            stopwatch: Stopwatch { self.nanoseconds },
            state: {
                self.temperature += 1
                return DeviceState(temperatureC: self.temperature, throttled: false)
            },
            peakFootprintBytes: { 123_456_789 },
            begin: { _ in
                self.openIntervals += 1
                return { self.openIntervals -= 1 }
            }
        )
        return try await measurement.measure {
            #expect(openIntervals == 1)
            nanoseconds += UInt64(try milliseconds(runs) * 1e6)
            runs += 1
        }
    }
}

private func rule(
    window: Int = 1,
    tolerance: Double = 0.05,
    warmUpSeconds: Double = 10,
    runs: Int = 1,
    seconds: Double = 0
) -> MeasurementRule {
    var rule = MeasurementRule()
    rule.warmUpWindow = window
    rule.warmUpTolerance = tolerance
    rule.warmUpSeconds = warmUpSeconds
    rule.minimumRuns = runs
    rule.minimumSeconds = seconds
    return rule
}

struct MeasurementTests {
    private let device = WarmDevice()

    @Test func warmUpEndsWithTheFirstWindowLikeTheOneBefore() async throws {
        // Windows of 100, 50, 40, 39 ms: the last differs by less than 5%.
        let first: [Double] = [100, 100, 50, 50, 40, 40]
        let timing = try await device.measure(rule(window: 2, runs: 3)) { $0 < first.count ? first[$0] : 39 }

        #expect(timing.warmUpMs == first + [39, 39])
        #expect(timing.latenciesMs == [39, 39, 39])
        #expect(timing.warmedUp)
    }

    @Test func aDifferenceOfJustTheToleranceIsNotStable() async throws {
        let timing = try await device.measure(rule(tolerance: 0.5, warmUpSeconds: 0)) { $0 == 0 ? 100 : 50 }

        #expect(!timing.warmedUp)
    }

    @Test func warmUpThatDoesNotEndHasItsTime() async throws {
        // Each run takes twice as long as the one before, 100 ms first: 1.5 s after four.
        let timing = try await device.measure(rule(warmUpSeconds: 1)) { Double(100 << $0) }

        #expect(timing.warmUpMs == [100, 200, 400, 800])
        #expect(!timing.warmedUp)
    }

    @Test func bothMinimaAreReached() async throws {
        let minima = rule(runs: 2, seconds: 1)

        #expect(try await device.measure(minima) { _ in 100 }.latenciesMs.count == 10)
        #expect(try await device.measure(minima) { _ in 3000 }.latenciesMs.count == 2)
    }

    @Test func theDeviceIsLookedAtBeforeAndAfter() async throws {
        let timing = try await device.measure(rule()) { _ in 1 }

        #expect(timing.before.temperatureC == 30)
        #expect(timing.after.temperatureC == 31)
        #expect(timing.peakRssMb == 123.456789)
    }

    @Test func aRunThatFailsEndsItAndItsInterval() async {
        struct Failure: Error {}

        await #expect(throws: Failure.self) {
            try await device.measure(rule()) { if $0 == 1 { throw Failure() } else { 1 } }
        }
        #expect(device.runs == 1)
        #expect(device.openIntervals == 0)
    }

    @Test func aCancelledTaskEndsItBetweenTwoRuns() async {
        await #expect(throws: CancellationError.self) {
            try await device.measure(rule(window: 10, runs: 100)) { run in
                if run == 20 { withUnsafeCurrentTask { $0?.cancel() } }
                return 1
            }
        }
        #expect(device.runs == 21)
    }
}
