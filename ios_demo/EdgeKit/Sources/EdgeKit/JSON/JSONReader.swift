/// What is wrong with a JSON text, and at which byte.
struct JSONDamage: Error, Equatable {
    let message: String
}

/// Reads a JSON text, as RFC 8259 has it, from bytes that are UTF-8.
struct JSONReader {
    /// Objects and arrays inside of each other; more would need a deeper stack than a thread has.
    static let deepest = 128

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value that the whole of `bytes` is.
    static func read(_ bytes: [UInt8]) throws(JSONDamage) -> JSON {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.damage("text behind the end") }
        return value
    }

    private mutating func value() throws(JSONDamage) -> JSON {
        skipSpace()
        guard let byte = next else { throw damage("the text breaks off") }
        switch byte {
        case Byte.openBrace: return try nested { reader throws(JSONDamage) in .object(try reader.object()) }
        case Byte.openBracket: return try nested { reader throws(JSONDamage) in .array(try reader.array()) }
        case Byte.quote: return .string(try string())
        case Byte.minus, Byte.zero...Byte.nine: return try number()
        case Byte.letterT: return try word("true", .bool(true))
        case Byte.letterF: return try word("false", .bool(false))
        case Byte.letterN: return try word("null", .null)
        default: throw damage("no value")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONDamage) -> JSON
    ) throws(JSONDamage) -> JSON {
        depth += 1
        guard depth <= JSONReader.deepest else {
            throw damage("more than \(JSONReader.deepest) values inside of each other")
        }
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func object() throws(JSONDamage) -> JSONObject {
        var members: [JSONObject.Member] = []
        position += 1
        skipSpace()
        if take(Byte.closeBrace) { return JSONObject(members: members) }
        repeat {
            skipSpace()
            guard next == Byte.quote else { throw missing("a name in quotes") }
            let name = try string()
            skipSpace()
            guard take(Byte.colon) else { throw missing("a colon") }
            members.append((name, try value()))
            skipSpace()
        } while take(Byte.comma)
        guard take(Byte.closeBrace) else { throw missing("a comma or }") }
        return JSONObject(members: members)
    }

    private mutating func array() throws(JSONDamage) -> [JSON] {
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if take(Byte.closeBracket) { return elements }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(Byte.comma)
        guard take(Byte.closeBracket) else { throw missing("a comma or ]") }
        return elements
    }

    private mutating func string() throws(JSONDamage) -> String {
        position += 1
        let start = position
        var escaped: [UInt8] = []
        var copied = start
        while let byte = next {
            switch byte {
            case Byte.quote:
                let rest = bytes[copied..<position]
                position += 1
                return String(decoding: copied == start ? rest : (escaped + rest)[...], as: UTF8.self)
            case Byte.backslash:
                escaped += bytes[copied..<position]
                escaped += Array(String(try escape()).utf8)
                copied = position
            case ..<Byte.space:
                throw damage("a control character in a string")
            default:
                position += 1
            }
        }
        throw damage("the text breaks off")
    }

    private mutating func escape() throws(JSONDamage) -> Unicode.Scalar {
        position += 1
        guard let kind = next else { throw damage("the text breaks off") }
        position += 1
        switch kind {
        case Byte.quote: return "\""
        case Byte.backslash: return "\\"
        case Byte.slash: return "/"
        case Byte.letterB: return "\u{8}"
        case Byte.letterF: return "\u{c}"
        case Byte.letterN: return "\n"
        case Byte.letterR: return "\r"
        case Byte.letterT: return "\t"
        case Byte.letterU: return try unicodeEscape()
        default: throw damage("no such escape in a string")
        }
    }

    /// The scalar of `\u` and four digits, or of two of them that are a surrogate pair.
    private mutating func unicodeEscape() throws(JSONDamage) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(Byte.backslash), take(Byte.letterU) else {
            throw damage("half of a surrogate pair in a string")
        }
        let second = try hexadecimal()
        guard UTF16.isTrailSurrogate(second) else { throw damage("half of a surrogate pair in a string") }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func hexadecimal() throws(JSONDamage) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw missing("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONDamage) -> JSON {
        let start = position
        _ = take(Byte.minus)
        if !take(Byte.zero) { try digits() }
        var isWhole = true
        if take(Byte.point) {
            isWhole = false
            try digits()
        }
        if take(Byte.letterE) || take(Byte.capitalE) {
            isWhole = false
            if !take(Byte.plus) { _ = take(Byte.minus) }
            try digits()
        }
        return .number(isWhole ? Int(String(decoding: bytes[start..<position], as: UTF8.self)) : nil)
    }

    private mutating func digits() throws(JSONDamage) {
        let start = position
        while let byte = next, (Byte.zero...Byte.nine).contains(byte) { position += 1 }
        guard position > start else { throw missing("a digit") }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONDamage) -> JSON {
        let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard isThere else { throw damage("no value") }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func skipSpace() {
        while let byte = next, byte == Byte.space || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func missing(_ what: String) -> JSONDamage {
        damage(next == nil ? "the text breaks off" : "\(what) is missing")
    }

    private func damage(_ what: String) -> JSONDamage {
        JSONDamage(message: "\(what) at byte \(position)")
    }
}

/// The bytes that JSON's grammar names.
private enum Byte {
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let point = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")
    static let letterB = UInt8(ascii: "b")
    static let letterE = UInt8(ascii: "e")
    static let capitalE = UInt8(ascii: "E")
    static let letterF = UInt8(ascii: "f")
    static let letterN = UInt8(ascii: "n")
    static let letterR = UInt8(ascii: "r")
    static let letterT = UInt8(ascii: "t")
    static let letterU = UInt8(ascii: "u")
}
