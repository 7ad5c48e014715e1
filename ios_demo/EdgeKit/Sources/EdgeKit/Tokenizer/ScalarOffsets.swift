/// Places in a text: where its Unicode scalars, which tokens' offsets count, are for Swift and for UTF-16.
///
/// It is made once for a text, and then each place is found at once.
public struct ScalarOffsets: Sendable {
    private let indices: [String.Index]

    // Nil where every scalar is one code unit, so that the two numbers are the same.
    private let units: [Int]?

    /// The places in `text`.
    public init(_ text: String) {
        let scalars = text.unicodeScalars
        indices = Array(scalars.indices) + [scalars.endIndex]
        if scalars.allSatisfy({ $0.value <= 0xFFFF }) {
            units = nil
        } else {
            var unit = 0
            units =
                [0]
                + scalars.map { scalar in
                    unit += UTF16.width(scalar)
                    return unit
                }
        }
    }

    /// Where these scalars are in the text; what is behind its end is at its end.
    ///
    /// A place can be inside of a Character: between a letter and its accent, say.
    public func range(_ scalars: Range<Int>) -> Range<String.Index> {
        indices[inside(scalars.lowerBound)]..<indices[inside(scalars.upperBound)]
    }

    /// The UTF-16 code unit that this scalar begins at; what is behind the text's end is at its end.
    public func utf16(_ scalar: Int) -> Int {
        let place = inside(scalar)
        return units?[place] ?? place
    }

    private func inside(_ scalar: Int) -> Int { min(max(0, scalar), indices.count - 1) }
}
