/// Makes a `UnicodeTable` of its resource's bytes.
///
/// It makes no string of the 9,000 numbers there: an app reads them each time that it starts.
struct UnicodeTableReader {
    private static let size = UnicodeTable.pageSize

    /// An empty page, and one for each property that all characters of the page have: most of private use is so.
    private static let sharedPages = 1 + CharacterProperty.allCases.count

    private let bytes: [UInt8]
    private var position = 0
    private var pageNumbers = [UInt16](repeating: 0, count: 0x110000 / size)
    private var pages: [UInt16]
    private var mappings: [String: ScalarMap] = [:]
    private var combiningClasses: [UInt32: UInt8] = [:]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let uniform = CharacterProperty.allCases.map(\.rawValue)
        pages = ([0] + uniform).flatMap { [UInt16](repeating: $0, count: UnicodeTableReader.size) }
    }

    static func read(_ bytes: [UInt8]) -> UnicodeTable {
        var reader = UnicodeTableReader(bytes)
        while reader.position < bytes.count { reader.readLine() }
        reader.mark(HangulSyllable.all, .decomposes)
        return UnicodeTable(
            pageNumbers: reader.pageNumbers,
            pages: reader.pages,
            decompositions: reader.mappings["decomposition", default: .empty],
            lowercase: reader.mappings["lowercase", default: .empty],
            combiningClasses: reader.combiningClasses
        )
    }

    private mutating func readLine() {
        let start = position
        while let byte = next, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\n") { position += 1 }
        let key = String(decoding: bytes[start..<position], as: UTF8.self)
        if let property = CharacterProperty.named[key] {
            readRanges { $0.mark($1, property) }
        } else if key.hasPrefix("class-"), let number = UInt8(key.dropFirst("class-".count)) {
            readRanges {
                for point in $1 { $0.combiningClasses[point] = number }
                $0.mark($1, .combines)
            }
        } else if key == "decomposition" {
            mappings[key] = readMapping(.decomposes)
        } else if key == "lowercase" {
            mappings[key] = readMapping(.lowers)
        } else {
            while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
            position += 1
        }
    }

    /// Reads items up to the line's end, each behind a space.
    private mutating func readItems(_ readItem: (inout UnicodeTableReader) -> Void) {
        while take(UInt8(ascii: " ")) { readItem(&self) }
        position += 1
    }

    private mutating func readRanges(_ onRange: (inout UnicodeTableReader, ClosedRange<UInt32>) -> Void) {
        readItems { reader in
            let first = reader.readNumber()
            let last = reader.take(UInt8(ascii: "-")) ? reader.readNumber() : first
            onRange(&reader, first...max(first, last))
        }
    }

    private mutating func readMapping(_ property: CharacterProperty) -> ScalarMap {
        var keys: [UInt32] = []
        var firsts: [Int] = []
        var values: [UInt32] = []
        readItems { reader in
            let point = reader.readNumber()
            keys.append(point)
            firsts.append(values.count)
            while reader.take(UInt8(ascii: values.count == firsts.last ? "=" : ".")) {
                values.append(reader.readNumber())
            }
            reader.mark(point...point, property)
        }
        return ScalarMap(keys: keys, firsts: firsts + [values.count], values: values)
    }

    private mutating func readNumber() -> UInt32 {
        var number: UInt32 = 0
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            default: return number
            }
            position += 1
        }
        return number
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func mark(_ points: ClosedRange<UInt32>, _ property: CharacterProperty) {
        let size = UnicodeTableReader.size
        let first = Int(points.lowerBound)
        let last = Int(points.upperBound)
        for number in first / size...last / size {
            let from = max(0, first - number * size)
            let to = min(size - 1, last - number * size)
            let isWhole = to - from == size - 1
            if isWhole, pageNumbers[number] == 0 {
                pageNumbers[number] = UInt16(property.rawValue.trailingZeroBitCount + 1)
                continue
            }
            let page = ownPage(number) * size
            for index in page + from...page + to { pages[index] |= property.rawValue }
        }
    }

    /// The number of the page for the characters from 256 `number` on, which no others share.
    private mutating func ownPage(_ number: Int) -> Int {
        let page = Int(pageNumbers[number])
        guard page < UnicodeTableReader.sharedPages else { return page }
        let size = UnicodeTableReader.size
        let own = pages.count / size
        pages += pages[page * size..<(page + 1) * size]
        pageNumbers[number] = UInt16(own)
        return own
    }
}
