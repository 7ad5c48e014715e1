import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct ModelBundleTests {
    private let folder: TemporaryFolder
    private let small: SmallBundle
    private let artifactName = "executorch/executorch-fp32-8.model"

    init() throws {
        folder = try TemporaryFolder()
        small = try SmallBundle(folder.url)
    }

    private func open() throws -> ModelBundle { try ModelBundle(directory: small.directory) }

    private func artifact() throws -> ArtifactInfo { try open().artifact("executorch-fp32-8") }

    @Test func aWholeBundleGivesItsFiles() async throws {
        let bundle = try open()

        try await bundle.check(try artifact())

        #expect(try await bundle.artifactFile(try artifact()).path == small.file(artifactName).path)
        #expect(try await bundle.tokenizerDirectory().path == small.file("tokenizer").path)
    }

    @Test func goldenExamplesHaveTokensAndReferences() async throws {
        let golden = try await open().golden(8)

        #expect(golden.examples.count == 2)
        #expect(golden.examples[1].inputIds == [2, 5, 3])
        #expect(golden.examples[1].outputs == ["logits": [0.5, -1]])
    }

    @Test func anUnknownArtifactIsAnsweredWithThoseThatAreThere() async {
        await expectProblem("no artifact 'other' in ", "it has executorch-fp32-8") { try open().artifact("other") }
    }

    @Test func aFolderThatIsNotThere() async {
        await expectProblem("no such bundle") { try ModelBundle(directory: small.file("nowhere")) }
    }

    @Test func aFolderWithoutAManifest() async {
        await expectProblem("not a bundle, it has no manifest.json") {
            try ModelBundle(directory: small.file("tokenizer"))
        }
    }

    @Test func aDamagedManifest() async throws {
        for text in [#"{"schema_version": 1,"#, ""] {
            try small.file(manifestName).write(text)

            await expectProblem("manifest.json: damaged (", "build the bundle again") { try open() }
        }
    }

    @Test func aManifestThatIsNotText() async throws {
        try small.file(manifestName).write(Data([0x7b, 0xff, 0xfe]))

        await expectProblem("damaged (not UTF-8 text)") { try open() }
    }

    @Test func aManifestThatIsNoObject() async throws {
        try small.file(manifestName).write("[]")

        await expectProblem("manifest.json: the whole: ") { try open() }
    }

    @Test func theVersionIsCheckedBeforeAllElse() async throws {
        try small.file(manifestName).write(#"{"schema_version": 2, "new": []}"#)

        await expectProblem("schema version 2, this app reads 1; build the bundle again") { try open() }
    }

    @Test func aPropertyThatIsNotKnownAtAnyDepth() async throws {
        for (old, place) in [
            (#"{"artifacts""#, "surprise"), (#"{"accuracy""#, "artifacts[0].surprise"),
            (#"{"delegated_ops""#, "artifacts[0].delegation.surprise"),
            (#"{"dtype""#, "artifacts[0].inputs[0].surprise"),
        ] {
            let small = try SmallBundle(folder.url)
            try small.changeManifest(old, #"{"surprise":1,"# + old.dropFirst())

            await expectProblem("manifest.json: \(place): unknown property; build the bundle again") { try open() }
        }
    }

    @Test func aPropertyThatIsMissing() async throws {
        try small.changeManifest(#""max_length":8,"#, "")

        await expectProblem("max_length is missing; build the bundle again") { try open() }
    }

    @Test func aValueOfTheWrongType() async throws {
        try small.changeManifest(#""max_length":8,"#, #""max_length":[],"#)

        await expectProblem("max_length: ", "build the bundle again") { try open() }
    }

    @Test func olderManifestsHaveNoBackendsAndNoThreads() throws {
        try small.changeManifest(#""backend":"xnnpack","#, "")

        #expect(try artifact().backend == nil)
        #expect(try open().manifest.targetThreads == nil)
    }

    @Test func anArtifactWithoutALength() async throws {
        try small.changeManifest(#""sequence_lengths":[8]"#, #""sequence_lengths":[]"#)

        await expectProblem("executorch-fp32-8 has no sequence length") { try open() }
    }

    @Test func lengthsThatDoNotAscend() async throws {
        for lengths in ["[8,4]", "[8,8]", "[0,8]", "[-8]", "[8,1048577]"] {
            let small = try SmallBundle(folder.url)
            try small.changeManifest(#""sequence_lengths":[8]"#, #""sequence_lengths":\#(lengths)"#)

            await expectProblem("executorch-fp32-8 has no usable sequence lengths") { try open() }
        }
    }

    /// JSONDecoder would end the program.
    @Test(arguments: ["toolchain\u{2}", #"\ud800"#]) func namesThatAreNoText(name: String) async throws {
        let small = try SmallBundle(folder.url)
        try small.changeManifest(#""toolchain":"#, "\"\(name)\":")

        await expectProblem("manifest.json: damaged (", "in a string at byte") { try open() }
    }

    @Test func twoInputsOfOneName() async throws {
        let small = try SmallBundle(folder.url)
        try small.changeManifest(#""name":"attention_mask""#, #""name":"input_ids""#)

        await expectProblem("executorch-fp32-8 has several inputs or outputs of one name") { try open() }
    }

    @Test func aShapeThatNoTensorHas() async throws {
        for shape in ["[1,-2]", "[1,0]", "[0,2,4294967296,4294967296]", "[4294967296,4294967296,4]"] {
            let small = try SmallBundle(folder.url)
            try small.changeManifest(#""shape":[1,2]"#, #""shape":\#(shape)"#)

            await expectProblem("executorch-fp32-8 has no usable shape of 'logits'") { try open() }
        }
    }

    @Test func noFileMayLieOutside() async throws {
        for name in ["../secret", "tokenizer/../../secret", "/etc/passwd"] {
            let small = try SmallBundle(folder.url)
            try small.changeManifest("tokenizer/tokenizer.json", name)

            await expectProblem("\(name) points outside of the bundle") { try open() }
        }
    }

    @Test func norTheTokenizer() async throws {
        try small.changeManifest(#""directory":"tokenizer""#, #""directory":"..""#)

        await expectProblem(".. points outside of the bundle") { try open() }
    }

    @Test func aMissingFile() async throws {
        let bundle = try open()
        try FileManager.default.removeItem(at: small.file(artifactName))

        await expectProblem("executorch-fp32-8.model: missing; copy the bundle again") {
            try await bundle.artifactFile(try artifact())
        }
    }

    @Test func aFileThatWasCut() async throws {
        try small.file(artifactName).write("the")

        await expectProblem("has 3 bytes, not the manifest's 27") { try await open().artifactFile(try artifact()) }
    }

    @Test func aFileThatWasChanged() async throws {
        try small.file("golden/8.f32").write(Data(count: 16))

        await expectProblem("8.f32: its checksum differs from the manifest's") { try await open().golden(8) }
    }

    @Test func aFileIsReadForItsChecksumOnce() async throws {
        let bundle = try open()
        _ = try await bundle.artifactFile(try artifact())
        try small.file(artifactName).write("the")

        #expect(try await bundle.artifactFile(try artifact()).text() == "the")
    }

    @Test func anArtifactMayBeAFolder() async throws {
        let package = small.file(artifactName)
        let before = try small.info(artifactName)
        try FileManager.default.removeItem(at: package)
        try package.appendingPathComponent("Data/model").write("weights")
        let after = try small.info(artifactName)
        try small.changeManifest(before.sha256, after.sha256)
        try small.changeManifest(#""bytes":\#(before.bytes)"#, #""bytes":7"#)

        #expect(try await open().artifactFile(try artifact()).path == package.path)

        try package.appendingPathComponent("Data/model").write("WEIGHTS")
        await expectProblem("executorch-fp32-8.model: its checksum differs") {
            try await open().artifactFile(try artifact())
        }
    }

    @Test func goldenVectorsOfAnotherLengthAreNotThere() async {
        await expectProblem("golden/9.json is not in its manifest.json") { try await open().golden(9) }
    }

    @Test func aTokenizerWhoseChecksumIsNotKnownIsNotUsed() async throws {
        try small.changeManifest(#""file":"tokenizer/tokenizer.json""#, #""file":"tokenizer/vocab.txt""#)

        await expectProblem("tokenizer/tokenizer.json is not in its manifest.json") {
            try await open().tokenizerDirectory()
        }
    }
}
