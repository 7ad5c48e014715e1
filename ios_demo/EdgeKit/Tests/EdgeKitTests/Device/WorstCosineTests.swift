import Testing

@testable import EdgeKit

struct WorstCosineTests {
    private func examples(_ values: [Float]...) -> [[String: [Float]]] { values.map { ["logits": $0] } }

    private func isClose(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-15 }

    @Test func equalOutputsHaveOne() {
        let outputs = examples([0.1, 0.2, 0.3], [1, 1, 1])

        #expect(worstCosine(outputs, outputs) == 1)
    }

    @Test func theWorstExampleCounts() {
        #expect(isClose(worstCosine(examples([1, 0], [1, 0]), examples([2, 0], [1, 1])), 0.5.squareRoot()))
    }

    @Test func allOutputsOfAnExampleAreOneVector() {
        let reference: [[String: [Float]]] = [["start_logits": [1], "end_logits": [0]]]
        let found: [[String: [Float]]] = [["start_logits": [1], "end_logits": [1]]]

        #expect(isClose(worstCosine(reference, found), 0.5.squareRoot()))
    }

    @Test func singleValuesOfAllExamplesAreOneVector() {
        #expect(worstCosine(examples([1], [0]), examples([0], [1])) == 0)
    }

    @Test(arguments: [Float.nan, .infinity])
    func aValueThatIsNoNumberIsTheWorst(_ value: Float) {
        #expect(worstCosine(examples([1, 2]), examples([1, value])) == -1)
    }

    @Test func zerosAreLikeZerosOnly() {
        let zeros = examples([0, 0])

        #expect(worstCosine(zeros, zeros) == 1)
        #expect(worstCosine(zeros, examples([0, 1])) == 0)
    }
}
