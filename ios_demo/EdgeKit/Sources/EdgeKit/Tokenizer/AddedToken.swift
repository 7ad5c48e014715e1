/// A token that is found in the text before it is split into words, such as `[MASK]`.
struct AddedToken: Sendable {
    let content: String

    /// Whether a letter or digit right beside it makes it no token.
    var singleWord = false

    /// Whether white space before it belongs to it.
    var leftStrip = false

    /// Whether white space after it belongs to it.
    var rightStrip = false

    /// Whether it is looked for in the normalized text, and normalized itself.
    var normalized = true

    /// Whether decoding leaves it out.
    var special = false
}
