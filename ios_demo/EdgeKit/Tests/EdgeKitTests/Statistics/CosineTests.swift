import Testing

@testable import EdgeKit

struct CosineTests {
    @Test func equalDirectionsHaveOneOppositeOnesMinusOneRightAnglesZero() throws {
        let equal = try #require(cosine([1, 2], [2, 4]))
        let opposite = try #require(cosine([1, 2], [-1, -2]))

        #expect(abs(equal - 1) < 1e-12)
        #expect(abs(opposite + 1) < 1e-12)
        #expect(cosine([1, 0], [0, 3]) == 0)
    }

    @Test func roundingLiftsNothingAboveOne() throws {
        let vector = [0.1, 0.2, 0.3, 0.7, 1.1]
        for factor in [1.0, 3.0, 7.0, 0.1, 1e10] {
            #expect(try #require(cosine(vector, vector.map { $0 * factor })) <= 1)
        }
    }

    @Test func zerosHaveNoDirection() {
        #expect(cosine([0, 0], [1, 1]) == nil)
    }
}
