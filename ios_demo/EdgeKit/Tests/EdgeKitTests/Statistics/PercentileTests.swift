import Testing

@testable import EdgeKit

struct PercentileTests {
    private let values = [12.5, 3.25, 7.0, 9.75, 4.5, 30.125]

    // numpy.percentile(values, [0, 25, 50, 90, 99, 100])
    @Test(
        arguments: zip([0.0, 25, 50, 90, 99, 100], [3.25, 5.125, 8.375, 21.3125, 29.243750000000002, 30.125])
    )
    func betweenTwoValuesItIsInterpolatedAsNumPyDoes(percent: Double, expected: Double) {
        #expect(percentile(values, percent) == expected)
    }

    @Test func ofASingleValueItIsThatValue() {
        #expect(percentile([4], 90) == 4)
    }

    @Test func ofNoValueThereIsNone() {
        #expect(percentile([], 50) == nil)
        #expect(median([]) == nil)
    }

    @Test func theMedianIsTheMiddle() {
        #expect(median(values) == 8.375)
        #expect(median(Array(values.prefix(3))) == 7)
    }
}
