import Foundation

/// The properties of characters that the tokenizer needs.
///
/// They come from a resource of this package, not from the platform: systems differ in their version of Unicode, and
/// the ids must not. The resource says what the Python library `tokenizers` does with each character;
/// `tests/app_vectors/unicode_table.py` writes it and describes its format.
struct UnicodeTable: Sendable {
    /// Bits of a scalar's value that are its place in a page.
    static let pageBits = 8
    static let pageSize = 1 << pageBits

    /// The page of each 256 scalars; many are alike and share one.
    let pageNumbers: [UInt16]

    /// Bits of `CharacterProperty`, page after page.
    let pages: [UInt16]

    let decompositions: ScalarMap
    let lowercase: ScalarMap
    let combiningClasses: [UInt32: UInt8]

    func has(_ point: UInt32, _ property: CharacterProperty) -> Bool {
        let page = Int(pageNumbers[Int(point >> UInt32(UnicodeTable.pageBits))])
        let bits = pages[page << UnicodeTable.pageBits | Int(point) & (UnicodeTable.pageSize - 1)]
        return bits & property.rawValue != 0
    }

    /// Calls `onPart` with each part of the full canonical decomposition, which may be the character itself.
    func decompose(_ point: UInt32, _ onPart: (UInt32) -> Void) {
        if !has(point, .decomposes) {
            onPart(point)
        } else if HangulSyllable.all.contains(point) {
            HangulSyllable.decompose(point, onPart)
        } else {
            decompositions[point]?.forEach(onPart)
        }
    }

    /// The lower-cased character, or nil for one that stays.
    func lowercased(_ point: UInt32) -> ArraySlice<UInt32>? {
        has(point, .lowers) ? lowercase[point] : nil
    }

    /// The canonical combining class, from 0 to 255.
    func combiningClass(_ point: UInt32) -> UInt8 {
        has(point, .combines) ? combiningClasses[point] ?? 0 : 0
    }

    private static let stored = Result { try read() }

    /// The package's table, read at its first use.
    ///
    /// - Throws: `EdgeError` if the resource is not in the app
    static func shared() throws -> UnicodeTable {
        try stored.get()
    }

    private static func read() throws -> UnicodeTable {
        guard let file = Bundle.module.url(forResource: "unicode", withExtension: "txt"),
            let data = try? Data(contentsOf: file)
        else {
            throw EdgeError(.input, "EdgeKit's unicode.txt is not in the app; add the package's resources too")
        }
        return UnicodeTableReader.read([UInt8](data))
    }
}
