import Testing

@testable import EdgeKit

struct RecentLatenciesTests {
    @Test func withoutARunThereIsNothingToSay() {
        #expect(RecentLatencies().summary == nil)
    }

    @Test func theOldestIsForgotten() {
        var latencies = RecentLatencies(capacity: 2)
        for latency in [100, 2, 4] { latencies.add(Double(latency)) }

        #expect(latencies.summary == LatencySummary(runs: 2, lastMs: 4, p50Ms: 3, p90Ms: 3.8))
    }

    @Test func anotherArtifactBeginsAnew() {
        var latencies = RecentLatencies()
        latencies.add(100)
        latencies.clear()

        #expect(latencies.summary == nil)
    }
}
