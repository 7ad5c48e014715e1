import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct BenchRunTests {
    private let folder: TemporaryFolder
    private let work = ["work", "request.json", "answer.json"]
    private let leftScreen =
        "the benchmark left the screen before it was done; start it again and leave the device alone"

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A launch whose paths are relative to `folder`.
    private func bench(
        _ words: [String],
        loaders: [any EngineLoader] = [],
        report: @escaping @Sendable (String) -> Void = { Issue.record("\($0)") }
    ) throws -> BenchRun {
        let instruments = Instruments(clock: { 0 }, state: { DeviceState() }, peakFootprintBytes: { nil })
        return BenchRun(
            try #require(LaunchArguments(words, container: folder.url)),
            program: DeviceProgram(program: "test 1.0", loaders: loaders, instruments: instruments),
            device: { DeviceDescription(cores: [], memoryBytes: 1, thermalState: .nominal) },
            report: report
        )
    }

    private func answer() throws -> Answer {
        try decodeStrictly(Answer.self, from: Data(contentsOf: folder.url.appendingPathComponent("answer.json")))
    }

    @Test func anAnswerThatSaysWhatWentWrongIsOne() async throws {
        #expect(try await bench(work).run() == 0)

        #expect(try answer().error?.message.contains("request.json: cannot be read") == true)
    }

    @Test func whatNoAnswerCanHaveIsReported() async throws {
        let (reported, reports) = AsyncStream.makeStream(of: String.self)

        #expect(try await bench(["describe", "nowhere/description.json"]) { reports.yield($0) }.run() == 1)

        reports.finish()
        let messages = await reported.reduce(into: []) { $0.append($1) }
        #expect(messages.count == 1)
        #expect(messages.first?.contains("description.json: cannot be written (") == true)
    }

    @Test func leavingTheScreenIsSaidInTheAnswer() throws {
        #expect(try bench(work).leftScreen() == 0)

        #expect(try answer().error == WorkError(.device, leftScreen))
    }

    @Test func soItIsDuringTheWork() async throws {
        _ = try SmallBundle(folder.url.appendingPathComponent("bundle"))
        let request = WorkRequest(bundle: "bundle", artifact: "executorch-fp32-8", sequenceLength: 8, threads: 1)
        try folder.url.appendingPathComponent("request.json").write(encodeDocument(request))
        let leaving = try bench(work)
        let loader = LinearLoader(
            "executorch",
            version: "1.5.1",
            beforeLoad: {
                #expect(leaving.leftScreen() == 0)
                let early = try answer()
                #expect(early.error?.message == leftScreen)
            }
        )

        // An app has exited by now.
        #expect(try await bench(work, loaders: [loader]).run() == 0)

        #expect(await loader.record.loaded.count == 2)
    }

    @Test func otherWorkHasNoAnswerForThat() throws {
        #expect(try bench(["describe", "answer.json"]).leftScreen() == 1)
        #expect(try bench(["clean"]).leftScreen() == 1)

        #expect(throws: CocoaError.self) { try answer() }
    }
}
