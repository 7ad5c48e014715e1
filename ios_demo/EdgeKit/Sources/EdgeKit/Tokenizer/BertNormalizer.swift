/// BERT's normalizer: what the file's flags ask for, in this order.
///
/// The file's `strip_accents` may be null; it is then what `lowercase` is.
struct BertNormalizer: Normalizer {
    private let steps: NormalizerSequence

    init(table: UnicodeTable, cleanText: Bool, spaceIdeographs: Bool, stripAccents: Bool, lowercase: Bool) {
        var steps: [any Normalizer] = []
        if cleanText { steps.append(Cleaning(table: table)) }
        if spaceIdeographs { steps.append(Spacing(table: table)) }
        if stripAccents { steps += [CanonicalDecomposition(table: table), Removal(table: table, property: .accent)] }
        if lowercase { steps.append(Lowercase(table: table)) }
        self.steps = NormalizerSequence(parts: steps)
    }

    func normalize(_ text: inout AlignedText) {
        steps.normalize(&text)
    }
}

private let space = UInt32(UInt8(ascii: " "))

/// Removes control characters and makes each white space a space.
private struct Cleaning: Normalizer {
    let table: UnicodeTable

    func normalize(_ text: inout AlignedText) {
        text.removeAll { table.has($0.point, .control) }
        for index in text.indices where table.has(text[index].point, .whitespace) { text[index].point = space }
    }
}

/// Puts each Chinese character between spaces.
private struct Spacing: Normalizer {
    let table: UnicodeTable

    func normalize(_ text: inout AlignedText) {
        guard text.contains(where: { table.has($0.point, .ideograph) }) else { return }
        var spaced = AlignedText()
        spaced.reserveCapacity(2 * text.count)
        for scalar in text {
            let isIdeograph = table.has(scalar.point, .ideograph)
            if isIdeograph { spaced.append(scalar.replaced(by: space)) }
            spaced.append(scalar)
            if isIdeograph { spaced.append(scalar.replaced(by: space)) }
        }
        text = spaced
    }
}
