import EdgeKit
import Testing

@testable import EdgeScreen

private struct Unexpected: Error {}

struct ProblemTests {
    @Test func whatEdgeKitSaysIsShownAsItIs() {
        let problem = Problem(EdgeError(.input, "manifest.json: damaged"))
        #expect(problem == .explained("manifest.json: damaged"))
        #expect(problem.phrase == .verbatim("manifest.json: damaged"))
    }

    @Test func whatNobodyExpectedKeepsItsNameInOneLine() {
        let words = Problem(Unexpected()).phrase.text { $0 }
        #expect(words.hasPrefix("The app failed: Unexpected: "))
        #expect(!words.contains("\n"))
    }
}
