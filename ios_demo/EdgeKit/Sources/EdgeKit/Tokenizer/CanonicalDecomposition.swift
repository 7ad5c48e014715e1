/// Unicode's normalization form D: characters decomposed, and the marks behind each base in canonical order.
struct CanonicalDecomposition: Normalizer {
    let table: UnicodeTable

    func normalize(_ text: inout AlignedText) {
        guard text.contains(where: { table.has($0.point, .decomposes) || table.has($0.point, .combines) }) else {
            return
        }
        var parts = decomposed(text)
        sortMarks(&parts)
        text = aligned(parts, as: text)
    }

    /// A part of a decomposed character.
    private struct Part {
        let point: UInt32
        let combiningClass: UInt8
        let isFirst: Bool
    }

    private func decomposed(_ text: AlignedText) -> [Part] {
        var parts: [Part] = []
        parts.reserveCapacity(text.count + text.count / 4)
        for scalar in text {
            var isFirst = true
            table.decompose(scalar.point) { point in
                parts.append(Part(point: point, combiningClass: table.combiningClass(point), isFirst: isFirst))
                isFirst = false
            }
        }
        return parts
    }

    private func sortMarks(_ parts: inout [Part]) {
        var start = 0
        while start < parts.count {
            var end = start
            while end < parts.count, parts[end].combiningClass != 0 { end += 1 }
            if end - start > 1 { sort(&parts[start..<end]) }
            start = end + 1
        }
    }

    /// Sorts by combining class; marks of one class keep their order, which the standard library's sort does not say.
    private func sort(_ marks: inout ArraySlice<Part>) {
        let sorted = marks.enumerated().sorted {
            ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        for (index, mark) in zip(marks.indices, sorted) { marks[index] = mark.element }
    }

    /// Gives each part its place in the text.
    ///
    /// As the Python library does it: the n-th first part gets the n-th character's place, even where sorting has
    /// moved it, and other parts that of the first part before them.
    private func aligned(_ parts: [Part], as text: AlignedText) -> AlignedText {
        var aligned = AlignedText()
        aligned.reserveCapacity(parts.count)
        var next = 0
        for part in parts {
            if part.isFirst { next += 1 }
            aligned.append(text[max(0, next - 1)].replaced(by: part.point))
        }
        return aligned
    }
}
