import Foundation
import Testing

@testable import EdgeScreen

struct PhraseTests {
    @Test func aPhraseIsATranslationWithItsPlacesFilled() {
        let phrase = Phrase("%@, the first of %lld inferences", .phrase(Phrase("Run")), .number(3))
        let german = ["%@, the first of %lld inferences": "die erste von %2$lld: %1$@", "Run": "Start"]
        #expect(phrase.text { german[$0] ?? $0 } == "die erste von 3: Start")
    }

    @Test func whatIsInNoLanguageIsNotTranslated() {
        #expect(Phrase.verbatim("100% %@").text { _ in "?" } == "100% %@")
        #expect(Phrase("%@: %@", .text("%lld"), .text("é")).text { $0 } == "%lld: é")
    }

    @Test func linesAreOnLinesOfTheirOwn() {
        #expect(Phrase.lines([Phrase("Run"), .verbatim("b")]).text { $0 } == "Run\nb")
    }

    @Test func numbersAreWrittenInTheWayOfTheRegion() {
        let german = Numbers(locale: Locale(identifier: "de_DE"))
        #expect(german.value(1234.5, digits: 2) == "1.234,50")
        #expect(german.percent(0.934).hasPrefix("93,4"))
        #expect(Numbers(locale: Locale(identifier: "en_US")).percent(0.934) == "93.4%")
    }
}
