import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct GoldenTests {
    private let folder: TemporaryFolder
    private let small: SmallBundle

    init() throws {
        folder = try TemporaryFolder()
        small = try SmallBundle(folder.url)
    }

    private func read() throws -> Golden {
        try readGolden(index: small.file("golden/8.json"), data: small.file("golden/8.f32"), sequenceLength: 8)
    }

    @Test func writtenOutputsLieWhereTheReferencesDo() throws {
        let written = folder.url.appendingPathComponent("outputs.f32")
        let golden = try read()

        try writeOutputs(golden, golden.examples.map(\.outputs), to: written)

        #expect(try Data(contentsOf: written) == Data(contentsOf: small.file("golden/8.f32")))
    }

    @Test(arguments: [
        ("{", "["),
        (#""rows":"#, #""lines":"#),
        (#""rows":["#, #""surprise":1,"rows":["#),
        (#""sequence_length":8"#, #""sequence_length":9"#),
        (#""offset":2"#, #""offset":3"#),
        (#""offset":2"#, #""offset":-1"#),
        (#""shape":[2]"#, #""shape":[-2]"#),
        (#""shape":[2]"#, #""shape":[4294967296,4294967296]"#),
        ("[2,5,3]", "[2,5,3,4]"),
        ("[2,5,3]", "[2,5,4294967296]"),
        (#""pad_id":0"#, #""pad_id":4294967296"#),
        (#""positions":null"#, #""positions":[8]"#),
        (#""positions":null,"#, ""),
    ])
    func damagedVectorsAreSaidToBeSo(_ old: String, _ new: String) async throws {
        let index = small.file("golden/8.json")
        let text = try index.text()
        let place = try #require(text.range(of: old))
        try index.write(text.replacingCharacters(in: place, with: new))

        await expectProblem("8.json: golden vectors are damaged (", "build the bundle again") { try read() }
    }

    @Test func soAreEmptyOnes() async throws {
        try small.file("golden/8.json").write("")

        await expectProblem("8.json: golden vectors are damaged (") { try read() }
    }

    @Test func soAreReferencesThatAreNoNumbers() async throws {
        let values: [Float] = [0.5, -1, 0.5, .nan]
        try small.file("golden/8.f32").write(values.withUnsafeBytes { Data($0) })

        await expectProblem("an output logits has a reference that is not finite") { try read() }
    }

    @Test func soAreReferencesThatWereCut() async throws {
        try small.file("golden/8.f32").write(Data(count: 15))

        await expectProblem("an output logits lies outside of the references") { try read() }
    }
}
