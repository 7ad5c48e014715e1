import Testing

@testable import EdgeScreen

struct ChoiceTests {
    @Test func whatWasChosenAndWrittenIsOneStringAndBack() {
        let choice = Choice(
            bundle: BundleFolder.Name(place: .documents, folder: "phone"),
            artifactId: "coreml-fp16-128",
            computeUnits: .neuralEngine,
            firstText: "Caf\u{65}\u{301}\n\"quoted\"",
            secondText: "b"
        )
        let again = Choice(choice.text)
        #expect(again == choice)
        #expect(Array(again.firstText.unicodeScalars) == Array(choice.firstText.unicodeScalars))
    }

    @Test func whatNoAppWroteChoosesNothing() {
        #expect(Choice("") == Choice())
        #expect(Choice("{\"computeUnits\": \"quantum\"}") == Choice())
    }
}
