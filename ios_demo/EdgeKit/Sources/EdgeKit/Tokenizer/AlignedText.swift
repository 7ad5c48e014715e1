/// A scalar's value, with the part of the original text that it stands for.
///
/// Normalizing changes the values; the tokens' offsets are still those of the text that was given.
struct AlignedScalar: Sendable {
    /// The Unicode scalar's value.
    var point: UInt32

    /// The first scalar of the original text that it stands for.
    var start: Int

    /// The last one, exclusive.
    var end: Int

    /// `point` in the place of this one.
    func replaced(by point: UInt32) -> AlignedScalar {
        AlignedScalar(point: point, start: start, end: end)
    }
}

/// A text on its way to tokens.
typealias AlignedText = [AlignedScalar]

extension [AlignedScalar] {
    /// The scalars of `text`, each in its own place.
    init(of text: String) {
        self.init()
        reserveCapacity(text.utf8.count)
        for (index, scalar) in text.unicodeScalars.enumerated() {
            append(AlignedScalar(point: scalar.value, start: index, end: index + 1))
        }
    }
}
