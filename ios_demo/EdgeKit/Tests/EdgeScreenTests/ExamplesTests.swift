import Testing

@testable import EdgeScreen

struct ExamplesTests {
    @Test func aSecondTextIsOptionalWhereAModelClassifiesTexts() {
        #expect(examples(.textClassification, first: "a", second: " ") == [["a"]])
        #expect(examples(.textClassification, first: "a", second: "b") == [["a", "b"]])
    }

    @Test func twoTextsToCompareAreTwoExamples() {
        #expect(examples(.featureExtraction, first: "a", second: "") == [["a"]])
        #expect(examples(.featureExtraction, first: "a", second: "b") == [["a"], ["b"]])
    }

    @Test func aQuestionKeepsItsContextEmptyOrNotSoThatTheModelCanSayWhatIsMissing() {
        #expect(examples(.questionAnswering, first: "who", second: "") == [["who", ""]])
    }

    @Test func eachLineIsAChoice() {
        let found = examples(.multipleChoice, first: "it rains", second: "umbrella\n\r\n sunglasses \n")
        #expect(found == [["it rains", "umbrella", "sunglasses"]])
    }

    @Test func whatStoodInTheSecondFieldForAnotherTaskDoesNotCount() {
        #expect(examples(.tokenClassification, first: "a", second: "b") == [["a"]])
        #expect(examples(.fillMask, first: "[MASK]", second: "b") == [["[MASK]"]])
    }

    @Test func theSecondFieldHasATitleWhereTheTaskTakesASecondText() {
        #expect(InputWords(.fillMask).second == nil)
        #expect(InputWords(.questionAnswering).second == Phrase("Text that has the answer"))
    }
}
