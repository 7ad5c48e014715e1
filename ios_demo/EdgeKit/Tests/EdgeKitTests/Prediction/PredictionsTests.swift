import Testing

@testable import EdgeKit

struct PredictionsTests {
    /// `[CLS] john ##s bank [SEP]`, of the text "Johns bank".
    private let encoding = Encoding(
        inputIds: [2, 7, 8, 9, 3],
        tokenTypeIds: [0, 0, 0, 0, 0],
        starts: [0, 0, 4, 6, 0],
        ends: [0, 4, 5, 10, 0],
        words: [-1, 0, 0, 1, -1],
        truncated: false
    )

    @Test func aSingleLabelIsAValue() {
        let found = classifyText([3.5], labels: ["similarity"], topK: 1)

        #expect(found == [Prediction(label: "similarity", score: 3.5)])
    }

    @Test func theFirstOfEqualLabelsComesFirst() {
        let found = classifyText([1, 2, 2, 1], labels: ["a", "b", "c", "d"], topK: 3)

        #expect(found.map(\.label) == ["b", "c", "a"])
    }

    @Test func aWordTakesTheLabelOfItsFirstPiece() {
        var logits = [Float](repeating: 0, count: 10)
        logits[2 * 1 + 1] = 9

        let found = classifyTokens(logits, encoding: encoding, labels: ["O", "PER"])

        #expect(found.map(\.label) == ["PER"])
        #expect(found.map(\.scalars) == [0..<5])
    }

    @Test func fillMaskNeedsAMask() {
        let vocabulary = MaskVocabulary(size: 2, maskId: 4) { "word \($0)" }

        #expect(throws: EdgeError(.input, "fill-mask needs a text with [MASK] in it")) {
            try fillMasks([Float](repeating: 0, count: 10), encoding: encoding, vocabulary: vocabulary, topK: 5)
        }
    }

    @Test func probabilitiesOfValuesThatAreFarApart() {
        #expect(softmax([-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude]) == [0, 1])
    }

    @Test func valuesThatAreNoNumbersAreStillAnswered() {
        let found = classifyText([1, .nan, 2], labels: ["a", "b", "c"], topK: 2)

        #expect(found.map(\.label) == ["a", "b"])
        #expect(found.map(\.score.isNaN) == [true, true])
    }

    @Test(arguments: [(ModelTask.textClassification, 3), (.fillMask, 2), (.questionAnswering, 1)])
    func eachTaskSaysWhichTextsItTakes(task: ModelTask, count: Int) {
        let message = "\(task.rawValue) takes \(task.takes), but \(count) were given"

        #expect(throws: EdgeError(.input, message)) {
            try task.checkTexts(Array(repeating: "a", count: count))
        }
    }

    @Test func multipleChoiceTakesAnyNumberOfChoices() throws {
        try ModelTask.multipleChoice.checkTexts(["a", "b", "c", "d"])
    }

    @Test(arguments: ["", " \n", "\u{a0}"])
    func anEmptyTextHasNothingToPredict(text: String) {
        let error = EdgeError(.input, "an empty text has nothing to predict; give one with words in it")

        #expect(throws: error) { try ModelTask.textClassification.checkTexts([text]) }
    }

    @Test func anUnknownTaskIsAnsweredWithThoseThatAreKnown() {
        let known = "feature-extraction, text-classification, token-classification, question-answering, fill-mask"
        let message = "unknown task 'translation': choose one of \(known), multiple-choice"

        #expect(throws: EdgeError(.input, message)) { try ModelTask(name: "translation") }
    }
}
