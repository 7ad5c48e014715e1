/// Korean syllables, whose decomposition into letters is computed: chapter 3.12 of the Unicode standard.
enum HangulSyllable {
    static let all: ClosedRange<UInt32> = 0xAC00...0xD7A3

    private static let firstLeading: UInt32 = 0x1100
    private static let firstVowel: UInt32 = 0x1161
    private static let beforeFirstTrailing: UInt32 = 0x11A7
    private static let trailing: UInt32 = 28
    private static let vowelsAndTrailing: UInt32 = 21 * trailing

    /// Calls `onPart` with each of its two or three letters.
    static func decompose(_ syllable: UInt32, _ onPart: (UInt32) -> Void) {
        let index = syllable - all.lowerBound
        onPart(firstLeading + index / vowelsAndTrailing)
        onPart(firstVowel + index % vowelsAndTrailing / trailing)
        let last = index % trailing
        if last != 0 { onPart(beforeFirstTrailing + last) }
    }
}
