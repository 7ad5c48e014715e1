import EdgeKit
import Testing

@testable import EdgeScreen

struct MarkedTextTests {
    @Test func aPredictionIsMarkedWhereItsScalarsAre() {
        let pieces = markedText("from Paris on", [prediction(5..<10)])
        #expect(pieces.map(\.text) == ["from ", "Paris", " on"])
        #expect(pieces.map(\.marked) == [false, true, false])
    }

    @Test func scalarsAreCountedAndNotWhatAPersonSees() {
        // A family of seven scalars that is one character, then a letter and its accent.
        let text = "👨‍👩‍👧‍👦 e\u{301}t"
        let marked = markedText(text, [prediction(8..<9)]).filter(\.marked)
        #expect(marked.map { Array($0.text.unicodeScalars) } == [["e"]])
        #expect(markedText(text, [prediction(8..<9)]).map(\.text).joined() == text)
    }

    @Test func answersThatOverlapAreMarkedOnce() {
        let pieces = markedText("abcdef", [prediction(2..<4), prediction(1..<3), prediction(2..<3)])
        #expect(pieces.map(\.text) == ["a", "bc", "d", "ef"])
        #expect(pieces.map(\.marked) == [false, true, true, false])
    }

    @Test func whatHasNoScalarsOrIsOutsideHasNoPlace() {
        #expect(place(of: prediction(nil), in: "a text") == nil)
        #expect(place(of: prediction(3..<3), in: "a text") == nil)
        #expect(place(of: prediction(3..<7), in: "a text") == nil)
        #expect(markedText("a text", [prediction(nil)]).isEmpty)
    }

    private func prediction(_ scalars: Range<Int>?) -> Prediction {
        Prediction(label: "LOC", score: 0.9, scalars: scalars)
    }
}
