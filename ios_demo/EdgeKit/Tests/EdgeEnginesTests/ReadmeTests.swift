import Foundation
import Testing

/// ios_demo/README.md shows code that compiles.
struct ReadmeTests {
    private let example = URL(fileURLWithPath: #filePath).appendingPathComponent("../EmbeddingExample.swift")

    @Test func theCodeForAnotherAppIsThatOfEmbeddingExample() throws {
        let readme = example.appendingPathComponent("../../../../README.md").standardizedFileURL
        let code = try String(contentsOf: example.standardizedFileURL, encoding: .utf8)
        #expect(try String(contentsOf: readme, encoding: .utf8).contains("```swift\n\(code)```\n"))
    }
}
