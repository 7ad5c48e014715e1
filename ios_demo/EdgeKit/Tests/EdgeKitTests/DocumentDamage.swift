/// Damages a JSON document, by bytes and by values; the same for the same seed.
struct DocumentDamage {
    /// What a value becomes: of its own kind, at the ends of what a number holds, or of another one.
    private static let values = [
        "0", "-1", "7", "1.5", "1e400", "-0.0", "1048577", "2147483647", "2147483648", "-2147483649",
        "4611686018427387904", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551616", "NaN", "null", "true", "false", "[]", "{}", "[[]]", "[-1]", #"[""]"#, #""""#, #"" ""#,
        #""/""#, #""..""#, ##""#""##, #""A""#, #""[""#, #""\u0000""#, #""a\u0000b""#, #""\ud800""#, #""e\u0301""#,
        #""128""#,
    ].map { Array($0.utf8) }

    private static let most = 2

    private let parts: [[UInt8]]
    private var random: SeededNumbers

    /// - Parameter document: a document without damage
    init(_ document: String, seed: UInt64) {
        parts = DocumentDamage.parts(Array(document.utf8))
        random = SeededNumbers(seed: seed)
    }

    /// The document with one or two things in it damaged.
    mutating func next() -> [UInt8] {
        var damaged = parts
        for _ in 0..<Int.random(in: 1...DocumentDamage.most, using: &random) { damage(&damaged) }
        return Array(damaged.joined())
    }

    private mutating func damage(_ parts: inout [[UInt8]]) {
        guard let place = parts.indices.randomElement(using: &random), let other = parts.randomElement(using: &random)
        else { return }
        switch Int.random(in: 0..<16, using: &random) {
        case 0:
            let index = Int.random(in: parts[place].indices, using: &random)
            parts[place][index] = UInt8.random(in: 0...255, using: &random)
        case 1: parts.remove(at: place)
        case 2: parts.insert(other, at: place)
        case 3: parts.removeSubrange(place...)
        case 4: replaceValue(&parts) { _, _ in true }
        default: replaceValue(&parts) { DocumentDamage.kind($0) == DocumentDamage.kind($1) }
        }
    }

    /// Replaces a value by one of `values`, or of the document's, that `suits` says may be in its place.
    private mutating func replaceValue(_ parts: inout [[UInt8]], _ suits: ([UInt8], [UInt8]) -> Bool) {
        let values = parts.indices.filter { place in
            let isName = place + 1 < parts.count && parts[place + 1] == [UInt8(ascii: ":")]
            return !isName && !DocumentDamage.marks.contains(parts[place][0])
        }
        guard let place = values.randomElement(using: &random) else { return }
        let others = Bool.random(using: &random) ? values.map { parts[$0] } : DocumentDamage.values
        parts[place] = others.filter { suits(parts[place], $0) }.randomElement(using: &random) ?? parts[place]
    }

    private static func kind(_ value: [UInt8]) -> Int {
        switch value[0] {
        case UInt8(ascii: "\""): 0
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): 1
        default: 2
        }
    }

    private static let marks = Array("{}[]:,".utf8)
    private static let space = Array(" \n\r\t".utf8)

    /// Strings, numbers, words and marks of a document, without the space between them.
    private static func parts(_ document: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var rest = document.drop(while: space.contains)
        while let first = rest.first {
            let count: Int
            if marks.contains(first) {
                count = 1
            } else if first == UInt8(ascii: "\"") {
                count = stringLength(rest)
            } else {
                count = rest.prefix { !marks.contains($0) && !space.contains($0) }.count
            }
            parts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count).drop(while: space.contains)
        }
        return parts
    }

    private static func stringLength(_ text: ArraySlice<UInt8>) -> Int {
        var isEscaped = false
        let inside = text.dropFirst().prefix { byte in
            let ends = byte == UInt8(ascii: "\"") && !isEscaped
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            return !ends
        }
        return inside.count + 2
    }
}
