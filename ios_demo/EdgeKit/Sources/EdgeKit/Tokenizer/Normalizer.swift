/// Rewrites a text before it is split into words.
protocol Normalizer: Sendable {
    func normalize(_ text: inout AlignedText)
}

/// Several, one after the other; none for no change.
struct NormalizerSequence: Normalizer {
    let parts: [any Normalizer]

    func normalize(_ text: inout AlignedText) {
        for part in parts { part.normalize(&text) }
    }
}

/// Lower-cases each character by itself: a final sigma is like any other.
struct Lowercase: Normalizer {
    let table: UnicodeTable

    func normalize(_ text: inout AlignedText) {
        guard text.contains(where: { table.has($0.point, .lowers) }) else { return }
        var lowered = AlignedText()
        lowered.reserveCapacity(text.count)
        for scalar in text {
            if let made = table.lowercased(scalar.point) {
                for point in made { lowered.append(scalar.replaced(by: point)) }
            } else {
                lowered.append(scalar)
            }
        }
        text = lowered
    }
}

/// Removes the characters that have a property.
struct Removal: Normalizer {
    let table: UnicodeTable
    let property: CharacterProperty

    func normalize(_ text: inout AlignedText) {
        text.removeAll { table.has($0.point, property) }
    }
}
