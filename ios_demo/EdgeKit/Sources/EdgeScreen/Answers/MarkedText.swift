import EdgeKit

/// A piece of a text, marked or not.
public struct TextPiece: Equatable, Sendable {
    /// The piece.
    public let text: String

    /// Whether a prediction stands for it.
    public let marked: Bool
}

/// `text` in pieces, the places of `predictions` marked; empty if none has a place.
///
/// The pieces follow each other and make up the text. They may end inside of a grapheme, as tokens do.
func markedText(_ text: String, _ predictions: [Prediction]) -> [TextPiece] {
    let offsets = ScalarOffsets(text)
    let places = predictions.compactMap { place(of: $0, in: text) }.sorted { $0.lowerBound < $1.lowerBound }
    if places.isEmpty { return [] }
    var pieces: [TextPiece] = []
    var end = 0
    func add(_ scalars: Range<Int>, marked: Bool) {
        if scalars.isEmpty { return }
        pieces.append(TextPiece(text: String(text[offsets.range(scalars)]), marked: marked))
    }
    for place in places where place.upperBound > end {
        // Answers to one question may overlap.
        let start = max(place.lowerBound, end)
        add(end..<start, marked: false)
        add(start..<place.upperBound, marked: true)
        end = place.upperBound
    }
    add(end..<text.unicodeScalars.count, marked: false)
    return pieces
}

/// The scalars of `text` that a prediction stands for; nil if it stands for the whole text or for nothing.
func place(of prediction: Prediction, in text: String) -> Range<Int>? {
    guard let scalars = prediction.scalars, !scalars.isEmpty, scalars.lowerBound >= 0 else { return nil }
    return scalars.upperBound <= text.unicodeScalars.count ? scalars : nil
}
