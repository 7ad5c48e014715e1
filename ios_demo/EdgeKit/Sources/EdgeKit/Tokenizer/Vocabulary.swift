/// The model's tokens, found by their scalars without making a string of them.
struct Vocabulary: Sendable {
    /// A token of the vocabulary: its number in the file.
    private typealias Number = Int32

    private static let none: Number = -1

    // All tokens' scalars, one behind the other, with the prefix that the file gives to those that continue a word.
    private var points: [UInt32] = []
    private var firsts: [Int] = [0]
    private var ids: [Int32] = []

    // Numbers of tokens by their hash. At most half of the slots, of which there are a power of two, are taken.
    private var slots: [Number]
    private let shift: UInt32
    private var numbersById: [Int32: Number] = [:]
    private let prefix: [UInt32]
    private let prefixHash: UInt32
    private var longest = 0

    /// Number of tokens.
    private(set) var count = 0

    /// A vocabulary.
    ///
    /// - Parameters:
    ///   - tokens: each token and its id; of several that are the same the last one counts
    ///   - prefix: what the file writes before a token that continues a word, usually `##`
    init(tokens: [(token: String, id: Int32)], prefix: String) {
        self.prefix = prefix.unicodeScalars.map(\.value)
        prefixHash = Vocabulary.hash(self.prefix[...])
        let bits = UInt32.bitWidth - UInt32(max(16, 2 * tokens.count - 1)).leadingZeroBitCount
        shift = UInt32(UInt32.bitWidth - bits)
        slots = [Number](repeating: Vocabulary.none, count: 1 << bits)
        points.reserveCapacity(8 * tokens.count)
        firsts.reserveCapacity(tokens.count + 1)
        ids.reserveCapacity(tokens.count)
        for (token, id) in tokens { insert(token, id) }
        numbersById.reserveCapacity(count)
        for (number, id) in ids.enumerated() { numbersById[id] = Number(number) }
    }

    /// The id of `token`, or nil.
    func id(_ token: String) -> Int32? {
        let points = token.unicodeScalars.map(\.value)
        let number = slots[slot(Vocabulary.hash(points[...])) { has($0, points[...]) }]
        return number == Vocabulary.none ? nil : ids[Int(number)]
    }

    /// The token of `id`, or nil.
    func token(_ id: Int32) -> String? {
        numbersById[id].map { String(points: points[range($0)]) }
    }

    /// A token that a text has: its id, and where it ends (exclusive).
    struct Match {
        let id: Int32
        let end: Int
    }

    /// The longest token that `text` has at `from`, before `to`, or nil.
    ///
    /// - Parameter continues: whether the token continues a word, so that the vocabulary has it behind the prefix
    func longest(in text: AlignedText, from: Int, to: Int, continues: Bool) -> Match? {
        let behind = continues ? prefix.count : 0
        var hash = continues ? prefixHash : 0
        var found: Match?
        for end in from..<min(to, from + longest) {
            hash = Vocabulary.hash(hash, text[end].point)
            let number = slots[slot(hash) { has($0, text, from..<end + 1, behind: behind) }]
            if number != Vocabulary.none { found = Match(id: ids[Int(number)], end: end + 1) }
        }
        return found
    }

    private mutating func insert(_ token: String, _ id: Int32) {
        let start = points.count
        for scalar in token.unicodeScalars { points.append(scalar.value) }
        let added = points[start...]
        let place = slot(Vocabulary.hash(added)) { has($0, added) }
        if slots[place] != Vocabulary.none {
            points.removeSubrange(start...)
            ids[Int(slots[place])] = id
            return
        }
        slots[place] = Number(count)
        firsts.append(points.count)
        ids.append(id)
        longest = max(longest, points.count - start)
        count += 1
    }

    /// The slot of the token that `isIt` says it is, or the empty one where it would be.
    private func slot(_ hash: UInt32, _ isIt: (Number) -> Bool) -> Int {
        // The bits of a product by an odd constant are well mixed at the top (Fibonacci hashing).
        var slot = Int((hash &* 0x9E37_79B9) >> shift)
        while slots[slot] != Vocabulary.none, !isIt(slots[slot]) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func range(_ number: Number) -> Range<Int> {
        firsts[Int(number)]..<firsts[Int(number) + 1]
    }

    private func has(_ number: Number, _ token: ArraySlice<UInt32>) -> Bool {
        points[range(number)] == token
    }

    private func has(_ number: Number, _ text: AlignedText, _ part: Range<Int>, behind prefixCount: Int) -> Bool {
        let token = range(number)
        guard token.count == prefixCount + part.count else { return false }
        for index in 0..<prefixCount where points[token.lowerBound + index] != prefix[index] { return false }
        let rest = token.lowerBound + prefixCount - part.lowerBound
        for index in part where points[rest + index] != text[index].point { return false }
        return true
    }

    private static func hash(_ before: UInt32, _ point: UInt32) -> UInt32 { 31 &* before &+ point }

    private static func hash(_ points: ArraySlice<UInt32>) -> UInt32 { points.reduce(0, hash) }
}
