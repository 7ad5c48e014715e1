/// Texts of marks, Korean, emoji, controls, special tokens and words, the same for the same seed.
struct RandomTexts {
    private static let words = ["[MASK]", "[CLS]", "[MASK", "the", "Pays", "café", "don't", "你好", "\r\n"]

    private var numbers: SeededNumbers

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
    }

    mutating func text(_ pieces: Int) -> String {
        (0..<pieces).map { _ in piece() }.joined()
    }

    /// From 0 to `end`, exclusive.
    mutating func number(_ end: Int) -> Int { Int.random(in: 0..<end, using: &numbers) }

    private mutating func piece() -> String {
        switch number(7) {
        case 0: scalar(in: 0..<0x10000)
        case 1: scalar(in: 0x300..<0x370)
        case 2: RandomTexts.words[number(RandomTexts.words.count)]
        case 3: " "
        case 4: scalar(in: 0x10000..<0x110000)
        case 5: scalar(in: 0xAC00..<0xD7A4)
        default: scalar(in: 0..<0x80)
        }
    }

    /// A scalar of the range; U+FFFD for a surrogate, as a String of one half of a pair has it.
    private mutating func scalar(in range: Range<Int>) -> String {
        let point = range.lowerBound + number(range.count)
        return String(Unicode.Scalar(UInt32(point)) ?? "\u{FFFD}")
    }
}
