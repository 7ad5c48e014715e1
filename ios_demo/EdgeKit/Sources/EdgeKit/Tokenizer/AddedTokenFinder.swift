/// Finds added tokens in a text: the leftmost, and the longest of those that begin at one place.
struct AddedTokenFinder: Sendable {
    /// What to look for: a token's content, normalized if the token asks for that.
    struct Pattern {
        let points: [UInt32]
        let id: Int32
        let token: AddedToken
    }

    /// A token in a text, from its first scalar to its last (exclusive).
    struct Match {
        let id: Int32
        let range: Range<Int>
    }

    private static let ascii = 128

    private let table: UnicodeTable

    // By first scalar, the longest first.
    private let patterns: [UInt32: [Pattern]]
    private let asciiFirst: [Bool]
    private let hasOtherFirst: Bool

    init(table: UnicodeTable, patterns: [Pattern]) {
        self.table = table
        self.patterns = Dictionary(grouping: patterns.filter { !$0.points.isEmpty }) { $0.points[0] }
            .mapValues { $0.sorted { $0.points.count > $1.points.count } }
        let firsts = Set(self.patterns.keys)
        asciiFirst = (0..<UInt32(AddedTokenFinder.ascii)).map(firsts.contains)
        hasOtherFirst = firsts.contains { $0 >= AddedTokenFinder.ascii }
    }

    /// The tokens of `text`, in their order.
    func matches(in text: AlignedText) -> [Match] {
        guard !patterns.isEmpty else { return [] }
        var matches: [Match] = []
        var position = 0
        while position < text.count {
            guard let pattern = pattern(at: position, of: text) else {
                position += 1
                continue
            }
            let found = position..<position + pattern.points.count
            position = found.upperBound
            if pattern.token.singleWord, isInWord(found, of: text) { continue }
            let done = matches.last?.range.upperBound ?? 0
            let start = found.lowerBound
            let from = pattern.token.leftStrip ? spaceBefore(start, notBefore: done, of: text) : start
            let to = pattern.token.rightStrip ? spaceAfter(position, of: text) : position
            // White space that the token before has taken can be behind this one.
            matches.append(Match(id: pattern.id, range: from..<max(from, to)))
        }
        return matches
    }

    private func pattern(at position: Int, of text: AlignedText) -> Pattern? {
        let first = text[position].point
        guard first < AddedTokenFinder.ascii ? asciiFirst[Int(first)] : hasOtherFirst else { return nil }
        return patterns[first]?.first { text[position...].lazy.map(\.point).starts(with: $0.points) }
    }

    private func isInWord(_ range: Range<Int>, of text: AlignedText) -> Bool {
        (range.lowerBound > 0 && table.has(text[range.lowerBound - 1].point, .word))
            || (range.upperBound < text.count && table.has(text[range.upperBound].point, .word))
    }

    private func spaceBefore(_ position: Int, notBefore done: Int, of text: AlignedText) -> Int {
        var from = max(position, done)
        while from > done, table.has(text[from - 1].point, .whitespace) { from -= 1 }
        return from
    }

    private func spaceAfter(_ position: Int, of text: AlignedText) -> Int {
        var to = position
        while to < text.count, table.has(text[to].point, .whitespace) { to += 1 }
        return to
    }
}
