/// A yes-or-no property of a character; the raw value is its bit in `UnicodeTable`.
enum CharacterProperty: UInt16, CaseIterable {
    /// Removed by BERT's cleaning.
    case control = 1

    /// Splits words; BERT's cleaning makes it a space.
    case whitespace = 2

    /// A Chinese character, which BERT takes for a word of its own.
    case ideograph = 4

    /// A word of its own.
    case punctuation = 8

    /// Removed by BERT's stripping of accents, after decomposition.
    case accent = 16

    /// Removed by the StripAccents normalizer.
    case mark = 32

    /// Part of a word, for an added token that must be a word of its own.
    case word = 64

    /// Has a canonical decomposition.
    case decomposes = 128

    /// Has a canonical combining class other than 0.
    case combines = 256

    /// Has a lower case.
    case lowers = 512

    /// Those that lines of the resource name; the others follow from the other lines.
    static let named: [String: CharacterProperty] = [
        "control": control, "whitespace": whitespace, "ideograph": ideograph, "punctuation": punctuation,
        "accent": accent, "mark": mark, "word": word,
    ]
}
