import EdgeKit
import Testing

struct ScalarOffsetsTests {
    @Test(arguments: ["", "a b", "cafe\u{301}s", "a\r\nb", "a\u{1F469}\u{200D}\u{1F4BB}b\u{1F1E9}\u{1F1EA}"])
    func everyScalarIsFoundInTheStringAndInUTF16(text: String) {
        let offsets = ScalarOffsets(text)
        let scalars = Array(text.unicodeScalars)

        for (place, scalar) in scalars.enumerated() {
            let range = offsets.range(place..<place + 1)
            #expect(Array(text.unicodeScalars[range]) == [scalar])
            #expect(range.lowerBound.utf16Offset(in: text) == offsets.utf16(place))
        }
        #expect(offsets.utf16(scalars.count) == text.utf16.count)
        #expect(offsets.range(0..<scalars.count) == text.startIndex..<text.endIndex)
    }

    @Test func anAccentIsAPlaceOfItsOwnInsideOfACharacter() {
        let text = "cafe\u{301}s"

        #expect(text.unicodeScalars[ScalarOffsets(text).range(4..<6)].map(\.value) == [0x301, 0x73])
    }

    @Test func whatIsBehindTheEndIsAtTheEnd() {
        let text = "a\u{1F600}"
        let offsets = ScalarOffsets(text)

        #expect(offsets.utf16(7) == 3)
        #expect(offsets.range(1..<7) == text.index(after: text.startIndex)..<text.endIndex)
    }
}
