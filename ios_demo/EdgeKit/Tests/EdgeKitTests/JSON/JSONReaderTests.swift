import Foundation
import Testing

@testable import EdgeKit

struct JSONReaderTests {
    private func read(_ text: String) throws -> JSON { try JSONReader.read(Array(text.utf8)) }

    @Test func everyKindOfValueIsRead() throws {
        let object = try #require(try read(#" {"a": [null, true, false, -12, "x"], "b": {}} "#).object)

        let elements = try #require(object["a"]?.array)
        #expect(elements[0].isNull)
        #expect(elements[1...2].map(\.bool) == [true, false])
        #expect(elements[3].wholeNumber == -12)
        #expect(elements[4].string == "x")
        #expect(object["b"]?.object?.members.isEmpty == true)
        #expect(object["c"] == nil)
    }

    @Test func namesThatAreCanonicallyEquivalentAreTwo() throws {
        let object = try #require(try read(#"{"caf\u00e9": 1, "cafe\u0301": 2}"#).object)

        #expect(object["caf\u{E9}"]?.wholeNumber == 1)
        #expect(object["cafe\u{301}"]?.wholeNumber == 2)
    }

    @Test func ofMembersWithOneNameTheLastCounts() throws {
        #expect(try read(#"{"a": 1, "a": 2}"#).object?["a"]?.wholeNumber == 2)
    }

    @Test func escapesAreTheScalarsThatTheyStandFor() throws {
        let text = try read(#""a\"\\\/\b\f\n\r\t\u00E9\ud83D\uDe00\u0000b""#).string

        let expected: String.UnicodeScalarView = "a\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}\0b".unicodeScalars
        #expect(text.map { Array($0.unicodeScalars) } == Array(expected))
    }

    @Test func charactersWithoutEscapesStayAsTheyAre() throws {
        #expect(
            try read("\"e\u{301}\u{1F600}\u{7F}\"").string?.unicodeScalars.map(\.value) == [101, 0x301, 0x1F600, 127]
        )
    }

    @Test(arguments: ["0.5", "1e3", "-2E-1", "1.0e+2", "99999999999999999999"])
    func aNumberThatIsNoWholeOneHasNoValue(text: String) throws {
        let value = try read(text)

        guard case .number(nil) = value else {
            Issue.record("\(value)")
            return
        }
    }

    @Test(
        arguments: [
            ("", "the text breaks off at byte 0"),
            (" ", "the text breaks off at byte 1"),
            ("{", "the text breaks off at byte 1"),
            (#"{"a""#, "the text breaks off at byte 4"),
            (#"{"a" 1}"#, "a colon is missing at byte 5"),
            (#"{"a": 1,}"#, "a name in quotes is missing at byte 8"),
            (#"{"a": 1]"#, "a comma or } is missing at byte 7"),
            ("[1 2]", "a comma or ] is missing at byte 3"),
            ("[1,]", "no value at byte 3"),
            ("[", "the text breaks off at byte 1"),
            ("1 1", "text behind the end at byte 2"),
            ("01", "text behind the end at byte 1"),
            ("-", "the text breaks off at byte 1"),
            ("1.", "the text breaks off at byte 2"),
            ("1ex", "a digit is missing at byte 2"),
            ("tru", "no value at byte 0"),
            ("NaN", "no value at byte 0"),
            ("\"a", "the text breaks off at byte 2"),
            ("\"a\\", "the text breaks off at byte 3"),
            ("\"a\nb\"", "a control character in a string at byte 2"),
            (#""\x""#, "no such escape in a string at byte 3"),
            (#""\u12g4""#, "four hexadecimal digits is missing at byte 5"),
            (#""\u12"#, "the text breaks off at byte 5"),
            (#""\ud83d""#, "half of a surrogate pair in a string at byte 7"),
            (#""\ud83d\n""#, "half of a surrogate pair in a string at byte 8"),
            (#""\ud83dA""#, "half of a surrogate pair in a string at byte 7"),
            (#""\ud83d\u0041""#, "half of a surrogate pair in a string at byte 13"),
            (#""\ude00\ud83d""#, "half of a surrogate pair in a string at byte 7"),
        ]
    )
    func damageIsSaidInOneLineWithItsPlace(text: String, message: String) {
        #expect(throws: JSONDamage(message: message)) { try read(text) }
    }

    @Test func valuesAreReadThatAre128DeepAndNoneThatAreDeeper() throws {
        let open = String(repeating: "[", count: 128)
        let close = String(repeating: "]", count: 128)

        #expect(try read(open + close).array?.count == 1)
        #expect(throws: JSONDamage(message: "more than 128 values inside of each other at byte 128")) {
            try read("[" + open + close + "]")
        }
        #expect(throws: JSONDamage.self) { try read(String(repeating: #"{"a":["#, count: 1_000_000)) }
    }

    /// Threads of Apple's systems have half a megabyte.
    @Test func theDeepestValuesFitOnAHalfOfASmallStack() async throws {
        let nested = String(repeating: #"{"a":["#, count: 64) + String(repeating: "]}", count: 64)
        let isRead = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: (try? JSONReader.read(Array(nested.utf8))) != nil) }
            thread.stackSize = 256 << 10
            thread.start()
        }

        #expect(isRead)
    }

    @Test func aTextThatBreaksOffAnywhereIsDamaged() throws {
        let bytes = Array(#"{"a": [null, true, -1.5e3, "\ud83d\ude00é\n"], "b": {"c": false}}"#.utf8)

        _ = try JSONReader.read(bytes)
        for end in bytes.indices { #expect(throws: JSONDamage.self) { try JSONReader.read(Array(bytes[..<end])) } }
    }
}
