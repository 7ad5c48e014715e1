import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

/// Of a damaged document comes an error in one line, or other work that can be done: never a trap.
struct DamagedFilesTests {
    private static let times = 1500

    private let folder: TemporaryFolder
    private let small: SmallBundle
    private let request: URL
    private let valid = WorkRequest(bundle: "bundle", artifact: "executorch-fp32-8", sequenceLength: 8, threads: 2)

    init() throws {
        folder = try TemporaryFolder()
        let tokenizer = folder.url.appendingPathComponent("tokenizer")
        try tokenizer.appendingPathComponent("tokenizer.json").write(SmallTokenizer.json)
        var several = SmallBundle.artifact("coreml-fp16", format: "coreml", length: 8, backend: "neural-engine")
        several.functions = [
            FunctionSpec(name: "encode_8", sequenceLength: 8, inputs: several.inputs, outputs: several.outputs)
        ]
        small = try SmallBundle(
            folder.url.appendingPathComponent("bundle"),
            artifacts: [SmallBundle.artifact("executorch-fp32-8", format: "executorch", length: 8), several],
            targets: ["generic-arm64": "executorch-fp32-8"],
            targetThreads: ["generic-arm64": 2],
            tokenizer: tokenizer
        )
        request = folder.url.appendingPathComponent("request.json")
    }

    @Test func aManifest() async throws {
        try request.write(encodeDocument(valid))
        let file = small.file(manifestName)
        try await damage(file, seed: 21) {
            try answered(await program(LinearLoader.thatRefuse).doWork(request: request, answer: answerFile))
            let bundle = try ModelBundle(directory: small.directory)
            _ = try encodeDocument(bundle.manifest)
            for artifact in bundle.manifest.artifacts {
                _ = try padInputs(inputIds: [2], tokenTypeIds: [0], artifact: artifact, padId: 0)
                _ = threadsFor(bundle.manifest, target: .generic, cores: 2)
            }
            let best = try bestArtifacts(bundle, target: .generic, loaders: LinearLoader.thatRefuse)
            let settings = EngineSettings(threads: 1)
            _ = try await TextModel(
                bundle: bundle,
                artifacts: best,
                loaders: LinearLoader.thatRefuse,
                settings: settings
            )
        }
    }

    @Test func aRequest() async throws {
        var whole = valid
        whole.measurement = MeasurementRule()
        whole.outputs = "outputs.f32"
        whole.computeUnits = .all
        try request.write(encodeDocument(whole))
        try await damage(request, seed: 22) {
            try answered(await program(LinearLoader.thatRefuse).doWork(request: request, answer: answerFile))
        }
    }

    @Test func anIndexOfGoldenVectors() async throws {
        let artifact = try ModelBundle(directory: small.directory).artifact(valid.artifact)
        let engine = try await LinearLoader("executorch").load(
            small.file(artifact.file),
            artifact: artifact,
            settings: EngineSettings(threads: 1)
        )
        let index = small.file("golden/8.json")
        try await damage(index, seed: 23) {
            let golden = try readGolden(index: index, data: small.file("golden/8.f32"), sequenceLength: 8)
            let feeds = try feeds(golden, artifact)
            let found = try await goldenOutputs(engine, artifact, golden, feeds)
            try writeOutputs(golden, found, to: folder.url.appendingPathComponent("outputs.f32"))
            #expect((-1...1).contains(worstCosine(golden.examples.map(\.outputs), found)))
        }
    }

    @Test func valuesOfGoldenVectors() throws {
        var random = SeededNumbers(seed: 24)
        let data = small.file("golden/8.f32")
        var refused = 0
        for _ in 0..<DamagedFilesTests.times {
            let count = Int.random(in: 12...20, using: &random)
            // Of the exponents of every tenth is one that no finite number has.
            try data.write(
                Data((0..<count).map { _ in [0, 63, 127, 128, 191, 255].randomElement(using: &random) ?? 0 })
            )
            do {
                let golden = try readGolden(index: small.file("golden/8.json"), data: data, sequenceLength: 8)
                let references = golden.examples.map(\.outputs)
                #expect((-1...1).contains(worstCosine(references, references)))
            } catch is EdgeError {
                refused += 1
            }
        }
        #expect((1..<DamagedFilesTests.times).contains(refused))
    }

    private var answerFile: URL { folder.url.appendingPathComponent("answer.json") }

    private func program(_ loaders: [any EngineLoader]) -> DeviceProgram {
        DeviceProgram(
            program: "test 1.0",
            loaders: loaders,
            instruments: Instruments(clock: { 0 }, state: { DeviceState() }, peakFootprintBytes: { nil })
        )
    }

    /// Throws what a device program answered.
    private func answered(_ answer: Answer) throws {
        let error = try #require(answer.error)
        #expect(!error.message.contains("the app failed"))
        if !error.message.contains(LinearLoader.refusal) { throw EdgeError(.input, error.message) }
    }

    /// Calls `use` with many damaged contents of `file`, which is then as it was.
    private func damage(_ file: URL, seed: UInt64, _ use: () async throws -> Void) async throws {
        let document = try file.text()
        defer { try? file.write(document) }
        var damage = DocumentDamage(document, seed: seed)
        var refused = 0
        for _ in 0..<DamagedFilesTests.times {
            let damaged = damage.next()
            try file.write(Data(damaged))
            do {
                try await use()
            } catch let error as EdgeError {
                if !error.message.contains(LinearLoader.refusal) { refused += 1 }
                #expect(error.message.split(whereSeparator: \.isNewline).count == 1, "\(error.message)")
            } catch {
                Issue.record(error, "\(String(decoding: damaged, as: UTF8.self))")
            }
        }
        #expect((1..<DamagedFilesTests.times).contains(refused), "\(refused)")
    }
}

extension LinearLoader {
    fileprivate static let refusal = "no engine is loaded here"

    /// Of both formats, for what comes before an engine.
    fileprivate static let thatRefuse = [("executorch", "1.5.1"), ("coreml", "18.1")].map { format, version in
        LinearLoader(format, version: version, beforeLoad: { throw EdgeError(.input, refusal) })
    }
}
