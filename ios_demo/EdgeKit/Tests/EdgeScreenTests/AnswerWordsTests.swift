import EdgeKit
import Foundation
import Testing

@testable import EdgeScreen

private let english = Numbers(locale: Locale(identifier: "en_US"))

struct AnswerWordsTests {
    @Test func classesAreRowsWithBarsAndTheBestIsTheSummary() {
        let words = words(
            .predicted(
                task: .textClassification,
                text: "pay",
                predictions: [Prediction(label: "yes", score: 0.75), Prediction(label: "no", score: 0.25)],
                areProbabilities: true
            )
        )
        #expect(text(words.summary) == "yes, 75.0%")
        #expect(words.rows.map(\.share) == [0.75, 0.25])
        #expect(words.rows.map { text($0.label) } == ["yes", "no"])
        #expect(text(words.rows[1].spoken) == "25.0%")
        #expect(words.text.isEmpty)
    }

    @Test func theValueOfARegressionHasNoBar() {
        let words = words(
            .predicted(
                task: .textClassification,
                text: "a",
                predictions: [Prediction(label: "similarity", score: 3.25)],
                areProbabilities: false
            )
        )
        #expect(text(words.summary) == "similarity, 3.250")
        #expect(words.rows[0].share == nil)
    }

    @Test func anEntityIsNamedWithItsWordAndAScreenReaderSaysWhereItIs() {
        let words = words(
            .predicted(
                task: .tokenClassification,
                text: "in Paris",
                predictions: [Prediction(label: "LOC", score: 0.9, scalars: 3..<8)],
                areProbabilities: true
            )
        )
        #expect(words.summary == Phrase("%lld words found", .number(1)))
        #expect(text(words.rows[0].label) == "Paris: LOC")
        #expect(text(words.rows[0].spoken) == "90.0%, characters 4 to 8")
        #expect(words.text.filter(\.marked).map(\.text) == ["Paris"])
    }

    @Test func noPredictionIsSaid() {
        let words = words(.predicted(task: .tokenClassification, text: "a", predictions: [], areProbabilities: true))
        #expect(text(words.summary) == "The model found nothing in this text.")
    }

    @Test func anEmbeddingShowsItsBeginning() {
        let words = words(.embedded(size: 384, tokens: nil, beginning: [0.5, -1], similarity: nil))
        #expect(text(words.summary) == "Embedding of 384 numbers: 0.500  -1.000 …")
        #expect(words.rows.isEmpty)
    }

    @Test func twoTextsShowTheirSimilarityAsABarThatIsNeverNegative() {
        let words = words(.embedded(size: 4, tokens: 3, beginning: [1], similarity: -0.5))
        #expect(text(words.summary) == "Cosine similarity -0.500")
        #expect(words.description.map(text) == "3 tokens of 4 numbers each. Their mean: 1.000 …")
        #expect(words.rows.map(\.share) == [0])
    }

    @Test func tokensAreThoseOfTheFirstInference() {
        let answer = shown(
            .embedded(size: 1, tokens: nil, beginning: [], similarity: nil),
            inferences: 2,
            truncated: true
        )
        let words = AnswerWords(answer, numbers: english)
        #expect(words.tokens == "[CLS] pay [SEP]")
        #expect(text(words.tokenCount) == "3 of 16 tokens, the first of 2 inferences")
        #expect(words.note != nil)
    }

    private func words(_ content: ShownAnswer.Content) -> AnswerWords {
        AnswerWords(shown(content), numbers: english)
    }

    private func shown(_ content: ShownAnswer.Content, inferences: Int = 1, truncated: Bool = false) -> ShownAnswer {
        ShownAnswer(
            content: content,
            tokens: ["[CLS]", "pay", "[SEP]"],
            sequenceLength: 16,
            inferences: inferences,
            truncated: truncated
        )
    }

    private func text(_ phrase: Phrase) -> String { phrase.text { $0 } }
}
