import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct ChecksumsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func ofAFile(_ text: String, _ expected: String) throws {
        let file = folder.url.appendingPathComponent("file")
        try file.write(text)

        #expect(try sha256(file) == expected)
        #expect(try byteCount(file) == text.utf8.count)
    }

    /// More than the buffer, and no whole number of SHA-256's blocks.
    @Test func ofALargeFile() throws {
        let file = folder.url.appendingPathComponent("file")
        try file.write(Data(repeating: UInt8(ascii: "a"), count: 1_100_001))

        #expect(try sha256(file) == "f4579939f965f213dea38fed14907a807ad3054bb209e2c554e2d259428840a4")
    }

    /// The checksum is that of edge.checksums: `sha256(Path("folder"))`.
    @Test func ofAFolder() throws {
        let folder = folder.url.appendingPathComponent("folder")
        // Each name comes at another place if paths were compared as plain text, without case, or as a user reads them.
        let names = ["a/b", "a-b", "a/.hidden", "B", "é", "z/\u{1F600}", "z/\u{FF5E}", "Data/weights/weight.bin"]
        for (index, name) in names.enumerated() {
            try folder.appendingPathComponent(name).write(String(repeating: "x", count: index))
        }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("empty"),
            withIntermediateDirectories: true
        )

        #expect(try sha256(folder) == "631fe9e426679fddb4d06c2386c248da3360b431971c1f44ec787b39de8af93c")
        #expect(try byteCount(folder) == 28)
    }

    @Test func ofAFileThatIsNotThere() throws {
        #expect(throws: (any Error).self) { try sha256(folder.url.appendingPathComponent("nowhere")) }
        #expect(throws: (any Error).self) { try byteCount(folder.url.appendingPathComponent("nowhere")) }
    }
}
