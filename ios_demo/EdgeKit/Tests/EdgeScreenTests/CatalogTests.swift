import Foundation
import Testing

/// ios_demo/App/Localizable.xcstrings has the words of the screen, and no others.
struct CatalogTests {
    private struct Catalog: Decodable {
        let sourceLanguage: String
        let strings: [String: Entry]

        struct Entry: Decodable {
            let comment: String?
        }
    }

    private let demo = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardizedFileURL

    @Test func everyWordOfTheScreenIsInTheCatalogAndNothingElseIs() throws {
        let used = try Set(
            literals("EdgeKit/Sources/EdgeScreen", calls: "Phrase")
                + literals("App", calls: "Text|Button|Picker|Section|Label|Toggle|navigationTitle")
        )
        let catalog = try catalog()
        #expect(used.count > 40)
        #expect(used.subtracting(catalog.strings.keys).sorted() == [])
        #expect(Set(catalog.strings.keys).subtracting(used).sorted() == [])
    }

    @Test func everyEntryTellsTranslatorsWhatItIs() throws {
        let catalog = try catalog()
        #expect(catalog.sourceLanguage == "en")
        #expect(catalog.strings.filter { ($0.value.comment ?? "").isEmpty }.keys.sorted() == [])
    }

    private func catalog() throws -> Catalog {
        let data = try Data(contentsOf: demo.appendingPathComponent("App/Localizable.xcstrings"))
        return try JSONDecoder().decode(Catalog.self, from: data)
    }

    /// The first argument of each of `calls` in a folder's sources, where it is a literal.
    private func literals(_ folder: String, calls: String) throws -> [String] {
        let pattern = try Regex("\\b(?:\(calls))\\(\\s*\"([^\"]*)\"", as: (Substring, Substring).self)
        let root = demo.appendingPathComponent(folder)
        return try FileManager.default.subpathsOfDirectory(atPath: root.path)
            .filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }
            .flatMap { source in source.matches(of: pattern).map { String($0.output.1) } }
    }
}
