import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct DeviceProgramTests {
    private let folder: TemporaryFolder
    private let small: SmallBundle
    private let request: URL
    private let answer: URL
    private let valid = WorkRequest(bundle: "bundle", artifact: "executorch-fp32-8", sequenceLength: 8, threads: 2)
    private let device = DeviceDescription(
        cores: [CoreGroup(count: 2, part: "Performance"), CoreGroup(count: 4, part: "Efficiency")],
        memoryBytes: 6_000_000_000,
        thermalState: .fair
    )

    init() throws {
        folder = try TemporaryFolder()
        small = try SmallBundle(folder.url.appendingPathComponent("bundle"))
        request = folder.url.appendingPathComponent("request.json")
        answer = folder.url.appendingPathComponent("answers/answer.json")
        try FileManager.default.createDirectory(
            at: answer.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
    }

    private func program(_ loaders: LinearLoader...) -> DeviceProgram {
        DeviceProgram(
            program: "test 1.0",
            loaders: loaders,
            instruments: Instruments(
                clock: { DispatchTime.now().uptimeNanoseconds },
                state: { DeviceState(throttled: true) },
                peakFootprintBytes: { nil }
            )
        )
    }

    private func answer(
        to document: String,
        _ loader: LinearLoader = LinearLoader("executorch", version: "1.5.1")
    ) async throws -> Answer {
        try request.write(document)
        let returned = try await program(loader).doWork(request: request, answer: answer)
        #expect(try written() == returned)
        return returned
    }

    private func answer(
        to request: WorkRequest,
        _ loader: LinearLoader = LinearLoader("executorch", version: "1.5.1")
    ) async throws -> Answer {
        try await answer(to: String(decoding: encodeDocument(request), as: UTF8.self), loader)
    }

    private func written() throws -> Answer { try decodeStrictly(Answer.self, from: Data(contentsOf: answer)) }

    private func changed(_ change: (inout WorkRequest) -> Void) -> WorkRequest {
        var request = valid
        change(&request)
        return request
    }

    private func expectError(
        _ answer: Answer,
        _ part: String,
        _ type: String = "InputError",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.result == nil, sourceLocation: sourceLocation)
        #expect(answer.error?.type == type, sourceLocation: sourceLocation)
        let message = answer.error?.message ?? ""
        #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
        #expect(message.split(whereSeparator: \.isNewline).count == 1, sourceLocation: sourceLocation)
    }

    @Test func whatWasDoneIsSaidAsItWasAskedFor() async throws {
        let result = try #require(try await answer(to: valid).result)

        #expect(result.program == "test 1.0")
        #expect(result.runtime == "executorch 1.5.1")
        #expect(result.artifact == "executorch-fp32-8")
        #expect(result.sequenceLength == 8)
        #expect(result.threads == 2)
        #expect(result.timing == nil)
        #expect(result.worstCosine == nil)
    }

    @Test func theSecondLoadCounts() async throws {
        let loader = LinearLoader("executorch", version: "1.5.1")

        _ = try await answer(to: valid, loader)

        #expect(await loader.record.loaded.count == 2)
    }

    @Test func outputsLieBesideTheRequestInThePlacesOfTheReferences() async throws {
        let result = try #require(try await answer(to: changed { $0.outputs = "outputs.f32" }).result)

        // LinearLoader: 0 and 3 for three tokens, where the references are 0.5 and -1.
        let written = try Data(contentsOf: folder.url.appendingPathComponent("outputs.f32"))
        #expect(Array(written) == [0, 0, 0, 0, 0, 0, 0x40, 0x40, 0, 0, 0, 0, 0, 0, 0x40, 0x40])
        #expect(abs(try #require(result.worstCosine) + 1 / 1.25.squareRoot()) < 1e-12)
    }

    @Test func aMeasurementHasItsRuns() async throws {
        var rule = MeasurementRule()
        rule.warmUpSeconds = 0
        rule.minimumRuns = 3
        rule.minimumSeconds = 0

        let timing = try #require(try await answer(to: changed { $0.measurement = rule }).result?.timing)

        #expect(timing.latenciesMs.count == 3)
        #expect(timing.before.throttled == true)
    }

    @Test func theDevicesOfCoreMLBelongToAMeasurement() async throws {
        let devices = CoreMLDevices(computeUnits: .neuralEngine, placement: nil, placementMissing: "too old")
        let loader = LinearLoader("executorch", version: "1.5.1", devices: devices)
        var rule = MeasurementRule()
        rule.warmUpSeconds = 0
        rule.minimumRuns = 1
        rule.minimumSeconds = 0

        #expect(try await answer(to: valid, loader).result?.coreML == nil)
        #expect(try await answer(to: changed { $0.measurement = rule }, loader).result?.coreML == devices)
    }

    @Test func anAnswerAppearsWhole() async throws {
        _ = try await answer(to: valid)

        let files = try FileManager.default.contentsOfDirectory(atPath: answer.deletingLastPathComponent().path)
        #expect(files == ["answer.json"])
    }

    @Test func anOlderAnswerIsReplaced() async throws {
        try answer.write("old")

        _ = try await answer(to: valid)

        #expect(try written().result != nil)
    }

    @Test(arguments: [
        ("", "request.json: damaged ("),
        ("[]", "request.json: "),
        (#"{"bundle": "bundle""#, "use the same squeezebert-edge on both sides"),
        (#"{"bundle": "bundle"}"#, "artifact is missing"),
        (#"{"schema_version": 2}"#, "schema version 2, this app reads 1"),
        (
            #"{"bundle": "b", "artifact": "a", "sequence_length": 8, "threads": 1, "compute_units": "tpu"}"#,
            "compute_units"
        ),
    ])
    func aRequestThatIsNone(_ document: String, _ part: String) async throws {
        expectError(try await answer(to: document), part)
    }

    @Test func aRequestWithSomethingNew() async throws {
        let text = String(decoding: try encodeDocument(valid), as: UTF8.self)

        expectError(try await answer(to: #"{"priority":1,"# + text.dropFirst()), "priority: unknown property")
    }

    @Test func aRequestThatIsNotThere() async throws {
        let answer = try await program().doWork(
            request: folder.url.appendingPathComponent("nowhere.json"),
            answer: answer
        )

        expectError(answer, "nowhere.json: cannot be read (No such file or directory)")
    }

    @Test func coresCannotBeChosen() async throws {
        let message = "cores cannot be chosen on this system; leave --cores out"

        expectError(try await answer(to: changed { $0.cores = [0, 1] }), message)
    }

    @Test func norCanNoThreads() async throws {
        expectError(try await answer(to: changed { $0.threads = 0 }), "threads is 0")
    }

    @Test func norWindowsAndMeasurementsWithoutRuns() async throws {
        for (name, path) in [("warm_up_window", \MeasurementRule.warmUpWindow), ("minimum_runs", \.minimumRuns)] {
            var rule = MeasurementRule()
            rule[keyPath: path] = 0

            expectError(try await answer(to: changed { $0.measurement = rule }), "\(name) is below 1")
        }
    }

    @Test func aLengthThatTheArtifactHasNot() async throws {
        expectError(
            try await answer(to: changed { $0.sequenceLength = 128 }),
            "executorch-fp32-8 has no length 128, only 8"
        )
    }

    @Test func aBundleThatIsNotThere() async throws {
        expectError(try await answer(to: changed { $0.bundle = "nowhere" }), "no such bundle")
    }

    @Test func aDamagedArtifact() async throws {
        try small.file("executorch/executorch-fp32-8.model").write("the madel executorch-fp32-8")

        expectError(try await answer(to: valid), "its checksum differs")
    }

    @Test func aRuntimeThatIsTooOld() async throws {
        expectError(
            try await answer(to: valid, LinearLoader("executorch", version: "1.0.0")),
            "does not compute executorch-fp32-8 right"
        )
    }

    @Test func aRuntimeThatIsNotInTheApp() async throws {
        expectError(try await answer(to: valid, LinearLoader("coreml")), "executorch-fp32-8 is not for this app")
    }

    @Test func aRuntimeThatFails() async throws {
        struct Failure: Error, CustomStringConvertible {
            let description = "delegate\n  out of range"
        }
        let failing = LinearLoader("executorch", version: "1.5.1") { throw Failure() }

        expectError(
            try await answer(to: changed { $0.outputs = "o.f32" }, failing),
            "the app failed: Failure: delegate out of range",
            "DeviceError"
        )
    }

    @Test func aStoppedAppSaysSo() async throws {
        let stopping = LinearLoader("executorch", version: "1.5.1") { withUnsafeCurrentTask { $0?.cancel() } }

        expectError(
            try await answer(to: changed { $0.outputs = "o.f32" }, stopping),
            "the app was stopped before it was done; start it again",
            "DeviceError"
        )
    }

    @Test func workThatWasEndedEarlySaysWhyInOneLine() async throws {
        try program().fail("the app left the screen\n  open it and start again", answer: answer)

        expectError(try written(), "the app left the screen open it and start again", "DeviceError")
    }

    @Test func whatIsDoneStaysDone() async throws {
        let done = try await answer(to: valid)

        try program().fail("the app left the screen", answer: answer)

        #expect(try written() == done)
    }

    @Test func outputsThatCannotBeWritten() async throws {
        expectError(
            try await answer(to: changed { $0.outputs = "no/folder/o.f32" }),
            "o.f32: cannot be written (No such file or directory)",
            "DeviceError"
        )
    }

    @Test func anAnswerThatCannotBeWritten() async throws {
        let nowhere = folder.url.appendingPathComponent("nowhere/answer.json")
        await expectProblem("answer.json: cannot be written (No such file or directory)", kind: .device) {
            try program().describe(device, answer: nowhere)
        }

        let taken = answer.deletingLastPathComponent()
        await expectProblem("answers: cannot be written (", kind: .device) {
            try program().describe(device, answer: taken)
        }
    }

    @Test func anAppDescribesItselfAndItsDevice() throws {
        let loaders = [LinearLoader("executorch", version: "1.5.1"), LinearLoader("coreml")]
        _ = try program(loaders[0], loaders[1]).describe(device, answer: answer)

        let expected = """
            {"cores":[{"count":2,"part":"Performance"},{"count":4,"part":"Efficiency"}],"memory_mb":6000,\
            "program":"test 1.0","runtimes":{"executorch":"1.5.1"},"schema_version":1,"thermal_state":"fair"}
            """
        #expect(try answer.text() == expected)
    }

    @Test func aLaunchMakesTheFolderAndRemovesIt() async throws {
        let container = folder.url
        let name = "Documents/squeezebert-edge/description.json"
        let describe = try #require(LaunchArguments(["describe", name], container: container))
        let clean = try #require(LaunchArguments(["clean"], container: container))

        try await program().run(describe) { device }
        #expect(try container.appendingPathComponent(name).text().contains("test 1.0"))

        for _ in 1...2 {
            try await program().run(clean) { device }
            #expect(!FileManager.default.fileExists(atPath: clean.folder.path))
        }
    }

    @Test func aLaunchDoesTheWork() async throws {
        try request.write(try encodeDocument(valid))
        let words = ["work", "request.json", "answers/answer.json"]
        let launch = try #require(LaunchArguments(words, container: folder.url))

        try await program(LinearLoader("executorch", version: "1.5.1")).run(launch) { device }

        #expect(try written().result?.artifact == "executorch-fp32-8")
    }
}
