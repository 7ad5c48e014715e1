import Testing

@testable import EdgeScreen

struct SimilarityTests {
    @Test func textsAreAsSimilarAsTheCosineOfTheirVectors() {
        #expect(abs(similarity([1, 2], [2, 4]) - 1) < 1e-12)
    }

    @Test func aVectorOfZerosIsLikeNoOther() {
        #expect(similarity([0, 0], [1, 1]) == 0)
    }

    @Test func vectorsOfTokensAreAveraged() {
        #expect(textEmbedding([1, 2, 3, 4, 5, 6], shape: [3, 2]) == [3, 4])
        #expect(textEmbedding([1, 2, 3, 4, 5, 6], shape: [6]) == [1, 2, 3, 4, 5, 6])
    }
}
