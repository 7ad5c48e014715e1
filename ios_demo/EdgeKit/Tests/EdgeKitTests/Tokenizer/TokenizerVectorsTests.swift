import EdgeKit
import Foundation
import Testing

/// Every id, offset and word number is the Python library's, for more than 100,000 encodings and eight tokenizers.
@Suite(.needsAppVectors)
struct TokenizerVectorsTests {
    @Test func miniLMsTokenizerOf30522Tokens() throws { try expectSame("minilm", atLeast: 35_000) }

    @Test func aVocabularyPrunedTo10000Tokens() throws { try expectSame("intents", atLeast: 10_000) }

    @Test func aTokenizerThatKeepsTheCaseAndBertProcessing() throws { try expectSame("cased", atLeast: 9_000) }

    @Test func aVocabularyOfCharactersShowsWhatEachIsNormalizedTo() throws {
        try expectSame("characters", atLeast: 20_000)
    }

    @Test func accentsStrippedAndTheCaseKept() throws { try expectSame("accents-stripped-only", atLeast: 4_000) }

    @Test func lowerCasedWithItsAccents() throws { try expectSame("lowered-only", atLeast: 4_000) }

    @Test func controlCharactersKeptAndChineseNotSpaced() throws { try expectSame("not-cleaned", atLeast: 4_000) }

    @Test func addedTokensWithAllFlagsBehindASequenceOfNormalizers() throws {
        try expectSame("added-tokens", atLeast: 4_000)
    }

    @Test func everyFolderOfVectorsIsCompared() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: AppVectors.url("tokenizer").path)

        let compared = "accents-stripped-only added-tokens cased characters intents lowered-only minilm not-cleaned"
        #expect(Set(names) == Set(compared.split(separator: " ").map(String.init)))
    }

    private func expectSame(_ name: String, atLeast: Int) throws {
        let vectors = try TokenizerVectors(name)
        let tokenizer = vectors.tokenizer
        var differences = Differences()
        let encodings = try vectors.encodings().each { vector in
            let what = "\(vector.texts.map(escaped)) to \(vector.maxLength)"
            differences.compare(what, vector.tokens) {
                let encoding = try tokenizer.encode(vector.texts, maxLength: vector.maxLength)
                return TokensVector(encoding, vector.texts.map(ScalarOffsets.init))
            }
            differences.compare("the count of \(what)", vector.count) { try tokenizer.count(vector.texts) }
        }
        let windows = try vectors.windows().each { vector in
            let texts = [vector.question, vector.context]
            differences.compare("\(texts.map(escaped)) to \(vector.maxLength) by \(vector.stride)", vector.windows) {
                let offsets = texts.map(ScalarOffsets.init)
                return try tokenizer.encodeWindows(
                    question: vector.question,
                    context: vector.context,
                    maxLength: vector.maxLength,
                    stride: vector.stride
                ).map { TokensVector($0, offsets) }
            }
        }
        let decodings = try vectors.decodings().each { vector in
            differences.compare("tokens of \(vector.ids)", vector.tokens.map(escaped)) {
                vector.ids.map { escaped(tokenizer.token($0)) }
            }
            differences.compare("text of \(vector.ids)", escaped(vector.text)) { escaped(tokenizer.decode(vector.ids)) }
        }
        #expect(differences.number == 0, "\(name): \(differences.first.joined(separator: "\n"))")
        #expect(encodings >= atLeast && windows >= 100 && decodings >= 100, "\(encodings) \(windows) \(decodings)")
    }
}

/// Counts what differs, and says the first of it.
private struct Differences {
    private static let shown = 5

    private(set) var number = 0
    private(set) var first: [String] = []

    mutating func compare<Value: Equatable>(
        _ what: @autoclosure () -> String,
        _ expected: Value,
        _ make: () throws -> Value
    ) {
        let made = Result { try make() }
        if let value = try? made.get(), value == expected { return }
        number += 1
        if first.count < Differences.shown { first.append("\(what())\n  expected \(expected)\n  got      \(made)") }
    }
}

/// `text` in ASCII: what is equal like this has the same scalars.
private func escaped(_ text: String) -> String {
    text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
}
