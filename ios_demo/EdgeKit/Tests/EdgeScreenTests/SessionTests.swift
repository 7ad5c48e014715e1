import EdgeKit
import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeScreen

/// What the screen shows after what a person does.
@MainActor
struct SessionTests {
    private let place: TemporaryFolder
    private let loader = FormulaLoader()

    init() throws {
        place = try TemporaryFolder()
    }

    @Test func theFirstBundleIsLoadedAndATextIsAnsweredWithScoresAndTimes() async throws {
        let session = try await started(["a"])
        #expect(session.state.loaded?.runtime == "formula 1.0")
        session.firstText = "pay the bill"
        await session.after { $0.run() }
        let answer = AnswerWords(try #require(session.state.answer))
        #expect(answer.rows.map(\.label) == [.verbatim("yes"), .verbatim("no")])
        #expect(abs(answer.rows.compactMap(\.share).reduce(0, +) - 1) < 1e-9)
        #expect(answer.tokens == "[CLS] pay the bill [SEP]")
        let figures = try #require(session.state.figures)
        #expect(figures.latencies.runs == 1)
        #expect(figures.memoryBytes == 5_000_000)
        #expect(figures.thermalState == .fair)
    }

    @Test func aMeasurementHasAHundredRuns() async throws {
        let session = try await started(["a"])
        session.firstText = "pay"
        await session.after { $0.measure() }
        #expect(session.state.figures?.latencies.runs == 100)
    }

    @Test func anEmptyTextIsAMessageAndTheNextOneIsAnswered() async throws {
        let session = try await started(["a"])
        session.firstText = " "
        await session.after { $0.run() }
        #expect(explanation(session).contains("an empty text has nothing to predict"))
        session.firstText = "pay"
        await session.after { $0.run() }
        #expect(session.state.problem == nil)
        #expect(session.state.answer != nil)
    }

    @Test func aDamagedFileIsAMessageAndAnotherBundleCanBeChosen() async throws {
        try write(["a", "b"])
        // As long as it was.
        try place.url.appendingPathComponent("a/coreml/coreml-fp16-8.model").write("The model coreml-fp16-8")
        let session = session()
        await session.after { $0.look() }
        #expect(explanation(session).contains("its checksum differs from the manifest's"))
        #expect(session.state.loaded?.runtime == nil)
        await session.after { $0.bundleIndex = 1 }
        #expect(session.state.problem == nil)
        #expect(session.state.loaded?.runtime == "formula 1.0")
    }

    @Test func aFolderWithoutAManifestIsAMessage() async throws {
        try write(["a"])
        try FileManager.default.removeItem(at: place.url.appendingPathComponent("a/manifest.json"))
        let session = session()
        await session.after { $0.look() }
        #expect(explanation(session).contains("not a bundle, it has no manifest.json"))
    }

    @Test func anArtifactThatNeedsANewerSystemIsLeftOutWithTheReason() async throws {
        let session = try await started(
            ["a"],
            [
                artifact("fp16"), artifact("int4-weight", minimumSystem: "18"),
            ]
        )
        let loaded = try #require(session.state.loaded)
        #expect(loaded.artifacts.map(\.title) == ["coreml, neural-engine, fp16"])
        #expect(loaded.leftOut.count == 1)
        #expect(loaded.artifactPhrase().text { $0 }.contains("18"))
    }

    @Test func artifactsOfSeveralLengthsAreOneEntryAndATextRunsAtTheShortest() async throws {
        let artifacts = [16, 8].map { artifact("fp16", length: $0) }
        let session = try await started(["a"], artifacts)
        let loaded = try #require(session.state.loaded)
        #expect(loaded.artifacts.count == 1)
        #expect(loaded.artifact.lengths == [8, 16])
        session.firstText = "the bank the bank the bank the bank"
        await session.after { $0.run() }
        #expect(session.state.answer?.sequenceLength == 16)
        session.firstText = "pay"
        await session.after { $0.run() }
        #expect(session.state.answer?.sequenceLength == 8)
    }

    @Test func anotherArtifactTakesThePlaceOfTheOneBeforeAndItsTimesStartAnew() async throws {
        let session = try await started(["a"], twoRecipes)
        #expect(session.state.loaded?.artifact.id == "coreml-int8-weight-8")
        session.firstText = "pay"
        await session.after { $0.run() }
        await session.after { $0.artifactIndex = 0 }
        #expect(session.state.loaded?.artifact.id == "coreml-fp16-8")
        #expect(session.state.figures == nil)
        #expect(session.state.answer == nil)
        #expect(await loader.engines.mostOpen == 1)
    }

    @Test func anotherChoiceOfComputeUnitsLoadsTheArtifactAgain() async throws {
        let session = try await started(["a"])
        await session.after { $0.computeUnits = .neuralEngine }
        let settings = await loader.engines.settings
        #expect(settings.map(\.computeUnits) == [.all, .neuralEngine])
        #expect(await loader.engines.mostOpen == 1)
    }

    @Test func computeUnitsStayWithAnotherBundle() async throws {
        let session = try await started(["a", "b"])
        await session.after { $0.computeUnits = .cpu }
        await session.after { $0.bundleIndex = 1 }
        #expect(session.computeUnits == .cpu)
    }

    @Test func whatWasChosenAndWrittenIsThereAgainAfterTheSystemEndedTheApp() async throws {
        let session = try await started(["a", "b"], twoRecipes)
        await session.after { $0.bundleIndex = 1 }
        await session.after { $0.artifactIndex = 0 }
        await session.after { $0.computeUnits = .gpu }
        session.firstText = "pay"
        let next = self.session()
        await next.after { $0.start(remembered: session.remembered) }
        #expect(next.state.chosenBundle == 1)
        #expect(next.state.loaded?.artifact.id == "coreml-fp16-8")
        #expect(next.computeUnits == .gpu)
        #expect(next.firstText == "pay")
        #expect(next.remembered == session.remembered)
    }

    @Test func aBundleThatIsGoneMakesPlaceForTheFirst() async throws {
        let session = try await started(["a", "b"], twoRecipes)
        await session.after { $0.bundleIndex = 1 }
        await session.after { $0.artifactIndex = 0 }
        try FileManager.default.removeItem(at: place.url.appendingPathComponent("b"))
        await session.after { $0.look() }
        #expect(session.state.chosenBundle == 0)
        #expect(session.state.loaded?.artifact.id == "coreml-int8-weight-8")
    }

    @Test func cancellingEndsAMeasurementAndKeepsWhatWasMeasured() async throws {
        let gate = Gate(closedFrom: 20)
        let session = try await started(["a"], loader: FormulaLoader(beforeRun: { await gate.pass() }))
        session.firstText = "pay"
        session.measure()
        await gate.reached()
        session.cancel()
        await gate.open()
        await session.finish()
        #expect(session.state.problem == nil)
        #expect(session.state.answer != nil)
        // The twentieth had begun.
        let runs = try #require(session.state.figures?.latencies.runs)
        #expect((19...20).contains(runs))
    }

    @Test func aNewChoiceCancelsWhatGoesOn() async throws {
        let session = try await started(["a", "b"])
        session.firstText = "pay"
        await session.after {
            $0.measure()
            $0.bundleIndex = 1
        }
        #expect(session.state.chosenBundle == 1)
        #expect(session.state.problem == nil)
        #expect(session.state.answer == nil)
    }

    @Test func aChoiceIsShownAndRememberedAtOnceBeforeWhatGoesOnHasEnded() async throws {
        let gate = Gate(closedFrom: 1)
        let session = try await started(["a"], twoRecipes, loader: FormulaLoader(beforeRun: { await gate.pass() }))
        session.firstText = "pay"
        session.run()
        await gate.reached()
        session.artifactIndex = 0
        #expect(session.state.loaded?.chosenArtifact == 0)
        #expect(session.state.work == .loading("coreml-fp16-8"))
        #expect(Choice(session.remembered).artifactId == "coreml-fp16-8")
        await gate.open()
        await session.finish()
        #expect(session.state.loaded?.artifact.id == "coreml-fp16-8")
        #expect(session.state.loaded?.runtime != nil)
        #expect(session.state.answer == nil)
    }

    @Test func withoutBundlesNothingIsLoadedAndNothingIsWrong() async throws {
        let session = session()
        await session.after { $0.look() }
        #expect(session.state == ScreenState())
    }

    @Test func whatStandsOnTheScreenWhileItMeasuresIsAnnouncedOnce() {
        #expect(Work.measuring(1, of: 100).announcement == Work.measuring(2, of: 100).announcement)
        #expect(Work.measuring(25, of: 100).fraction == 0.25)
        #expect(Work.running.fraction == nil)
    }

    private var twoRecipes: [ArtifactInfo] {
        [artifact("fp16"), artifact("int8-weight")]
    }

    private func artifact(_ recipe: String, length: Int = 8, minimumSystem: String = "17") -> ArtifactInfo {
        SmallBundle.artifact(
            "coreml-\(recipe)-\(length)",
            format: "coreml",
            length: length,
            recipe: recipe,
            backend: "neural-engine",
            minimumRuntime: ["iOS": minimumSystem]
        )
    }

    /// A session that has loaded the first of some new bundles.
    private func started(
        _ names: [String],
        _ artifacts: [ArtifactInfo]? = nil,
        loader: FormulaLoader? = nil
    ) async throws -> Session {
        try write(names, artifacts)
        let session = session(loader: loader)
        await session.after { $0.look() }
        #expect(session.state.problem == nil)
        return session
    }

    private func session(loader: FormulaLoader? = nil) -> Session {
        let documents = place.url
        return Session(
            loaders: [loader ?? self.loader],
            device: ScreenDevice(
                target: .generic,
                cores: 4,
                memoryBytes: { 5_000_000 },
                thermalState: { .fair }
            ),
            findBundles: { try findBundles([.documents: documents]) }
        )
    }

    private func write(_ names: [String], _ artifacts: [ArtifactInfo]? = nil) throws {
        let tokenizer = try TemporaryFolder()
        try tokenizer.url.appendingPathComponent("tokenizer.json").write(SmallTokenizer.json)
        for name in names {
            _ = try SmallBundle(
                place.url.appendingPathComponent(name),
                artifacts: artifacts ?? [artifact("fp16")],
                tokenizer: tokenizer.url
            )
        }
    }

    private func explanation(_ session: Session) -> String {
        guard case .explained(let message) = session.state.problem else { return "" }
        return message
    }
}

extension Session {
    /// Does `act` and waits until nothing goes on any more.
    fileprivate func after(_ act: (Session) -> Void) async {
        act(self)
        await finish()
    }
}
