import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

@Suite(.needsAppVectors)
struct TextModelTests {
    private let folder: TemporaryFolder
    private let loader = LinearLoader()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A model of a bundle that is written for it.
    private func model(
        _ task: ModelTask,
        labels: [String] = ["no", "yes"],
        loader: (any EngineLoader)? = nil,
        artifacts: [ArtifactInfo]
    ) async throws -> TextModel {
        let tokenizer = try AppVectors.url("predictions")
        _ = try SmallBundle(folder.url, task: task.rawValue, labels: labels, artifacts: artifacts, tokenizer: tokenizer)
        let bundle = try ModelBundle(directory: folder.url)
        return try await TextModel(
            bundle: bundle,
            artifacts: bundle.manifest.artifacts,
            loaders: [loader ?? self.loader],
            settings: EngineSettings(threads: 1)
        )
    }

    /// A model of two lengths, the longer one first in its manifest; `outputs` says the outputs' shapes at a length.
    private func model(
        _ task: ModelTask,
        labels: [String] = ["no", "yes"],
        loader: (any EngineLoader)? = nil,
        outputs: (Int) -> KeyValuePairs<String, [Int]>
    ) async throws -> TextModel {
        let artifacts = [16, 8].map { length in
            SmallBundle.artifact(
                "coreml-fp16-\(length)",
                format: "coreml",
                length: length,
                backend: "neural-engine",
                outputs: outputs(length).map { TensorSpec(name: $0, dtype: .float32, shape: $1) }
            )
        }
        return try await model(task, labels: labels, loader: loader, artifacts: artifacts)
    }

    private func classifier(_ loader: (any EngineLoader)? = nil) async throws -> TextModel {
        try await model(.textClassification, loader: loader) { _ in ["logits": [1, 2]] }
    }

    private func predictions(_ result: ModelResult) throws -> [Prediction] {
        guard case .predictions(let found) = result.content else { throw EdgeError(.input, "no predictions") }
        return found
    }

    @Test func aTextRunsAtTheShortestLengthThatHoldsIt() async throws {
        let model = try await classifier()

        let short = try await model.predict(["pay my bill"])
        #expect(await loader.record.loaded == ["coreml-fp16-8 [8]"])
        let long = try await model.predict(["please pay my bill to the bank today"])

        #expect(short.runs.map(\.artifact.longest) == [8])
        #expect(long.runs.map(\.artifact.longest) == [16])
        #expect(await loader.record.loaded == ["coreml-fp16-8 [8]", "coreml-fp16-16 [16]"])
    }

    @Test func aPackageOfSeveralFunctionsIsLoadedFunctionByFunction() async throws {
        let each = [8, 16].map {
            SmallBundle.artifact("coreml-fp16-8-16", format: "coreml", length: $0, backend: "neural-engine")
        }
        var package = each[1]
        package.sequenceLengths = [8, 16]
        package.functions = each.map {
            FunctionSpec(name: "at_\($0.longest)", sequenceLength: $0.longest, inputs: $0.inputs, outputs: $0.outputs)
        }
        let model = try await model(.textClassification, artifacts: [package])

        let run = try await model.predict(["please pay my bill to the bank today"]).runs[0]

        #expect(await loader.record.loaded == ["coreml-fp16-8-16 [8]", "coreml-fp16-8-16 [16]"])
        #expect(run.artifact.functions?.map(\.name) == ["at_16"])
    }

    @Test func aTextThatIsTooLongIsCutAtTheLongest() async throws {
        let model = try await classifier()
        let text = String(repeating: "pay my bill ", count: 10)

        let run = try await model.predict([text]).runs[0]

        #expect(run.artifact.longest == 16)
        #expect(run.encoding.count == 16)
        #expect(run.encoding.truncated)
        #expect(try await model.tokenCount([text]) == 32)
    }

    @Test func inputsArePaddedAtTheEnd() async throws {
        _ = try await classifier().predict(["pay", "my bill"])

        let inputs = try #require(await loader.record.inputs.first)
        #expect(inputs["attention_mask"] == [1, 1, 1, 1, 1, 1, 0, 0])
        #expect(inputs["token_type_ids"] == [0, 0, 0, 1, 1, 1, 0, 0])
        #expect(inputs["input_ids"]?.suffix(2) == [0, 0])
    }

    @Test func aLabelWithItsProbability() async throws {
        let model = try await classifier()

        let best = try predictions(try await model.predict(["pay"]))
        let both = try predictions(try await model.predict(["pay"], topK: 5))

        // Logits 0 and 3, for three tokens.
        #expect(best == [Prediction(label: "yes", score: 1 / (1 + exp(-3)))])
        #expect(both.map(\.label) == ["yes", "no"])
    }

    @Test func aLongContextIsReadInWindows() async throws {
        let model = try await model(.questionAnswering) { ["start_logits": [1, $0], "end_logits": [1, $0]] }
        let context = String(repeating: "john works at the bank in paris . ", count: 4)

        let result = try await model.predict(["who", context])

        #expect(result.runs.count > 1)
        #expect(result.runs.allSatisfy { $0.artifact.longest == 16 })
        let answer = try #require(try predictions(result).first)
        let scalars = try #require(answer.scalars)
        #expect(!answer.label.isEmpty)
        #expect(answer.label == String(context.dropFirst(scalars.lowerBound).prefix(scalars.count)))
    }

    @Test func eachChoiceIsARun() async throws {
        let model = try await model(.multipleChoice) { _ in ["logits": [1, 1]] }

        let result = try await model.predict(["pay", "my bill", "the bank", "a"])

        #expect(result.runs.count == 3)
        #expect(try predictions(result).map(\.label) == ["my bill", "the bank", "a"])
        #expect(try await model.tokenCount(["pay", "my bill", "a"]) == 6)
    }

    @Test func wordsForAMaskHaveTheNameOfTheirToken() async throws {
        let model = try await model(.fillMask) { ["logits": [1, $0, 100]] }

        let found = try predictions(try await model.predict(["pay my [MASK]"]))

        #expect(found.map(\.label) == (95...99).reversed().map(model.tokenizer.token))
        #expect(found.map(\.scalars) == Array(repeating: 7..<13, count: 5))
    }

    @Test func anEmbeddingOfTokensHasARowForEach() async throws {
        let model = try await model(.featureExtraction) { ["last_hidden_state": [1, $0, 4]] }

        let result = try await model.predict(["pay my bill"])

        guard case .embedding(let values, let shape) = result.content else { throw EdgeError(.input, "no embedding") }
        #expect(shape == [5, 4])
        #expect(values == (0..<20).map { Float($0 * 5) })
    }

    @Test func anEmbeddingOfTheTextIsOneRow() async throws {
        let model = try await model(.featureExtraction) { _ in ["sentence_embedding": [1, 4]] }

        let result = try await model.predict(["pay my bill"])

        guard case .embedding(let values, let shape) = result.content else { throw EdgeError(.input, "no embedding") }
        #expect(shape == [4])
        #expect(values.count == 4)
    }

    @Test func textsThatTheTaskDoesNotTakeAreRefused() async throws {
        let model = try await classifier()

        await #expect(throws: EdgeError.self) { try await model.predict([" "]) }
        await #expect(throws: EdgeError.self) { try await model.predict(["a", "b", "c"]) }
        await #expect(throws: EdgeError(.input, "0 predictions cannot be given; ask for one or more")) {
            try await model.predict(["a"], topK: 0)
        }
    }

    @Test func cancellingEndsItBetweenTwoRuns() async throws {
        let slow = LinearLoader(beforeRun: { withUnsafeCurrentTask { $0?.cancel() } })
        let model = try await model(.multipleChoice, loader: slow) { _ in ["logits": [1, 1]] }

        let task = Task { try await model.predict(["pay", "my", "bill", "a", "the"]) }

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await slow.record.inputs.count == 1)
    }

    @Test func predictionsAtTheSameTimeShareAnEngineAndKeepTheirTexts() async throws {
        let slow = LinearLoader(beforeLoad: wait, beforeRun: wait)
        let model = try await classifier(slow)
        let texts = (1...8).map { String(repeating: "pay ", count: 6 + $0 % 8) }

        let found = try await withThrowingTaskGroup(of: (Int, ModelResult).self) { group in
            for (number, text) in texts.enumerated() {
                group.addTask { (number, try await model.predict([text])) }
            }
            return try await group.reduce(into: [Int: ModelResult]()) { $0[$1.0] = $1.1 }
        }

        for (number, text) in texts.enumerated() {
            let result = try #require(found[number])
            let tokens = try await model.tokenCount([text])
            #expect(result.runs.map(\.encoding.count) == [tokens])
            #expect(try predictions(result).map(\.score) == [1 / (1 + exp(-Double(tokens)))])
        }
        #expect(await slow.record.loaded == ["coreml-fp16-8 [8]", "coreml-fp16-16 [16]"])
    }

    @Test func anEngineThatFailedToLoadIsTriedAgain() async throws {
        let model = try await classifier()
        let text = "please pay my bill to the bank today"
        let file = folder.url.appendingPathComponent("coreml/coreml-fp16-16.model")
        let content = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)

        await expect("\(file.path): missing; copy the bundle again") { try await model.predict([text]) }
        try content.write(to: file)

        #expect(try await model.predict([text]).runs.count == 1)
    }

    @Test func aRuntimeThatIsTooOldIsRefusedBeforeItLoads() async throws {
        let old = LinearLoader(version: "16.0")

        await #expect(throws: EdgeError.self) { try await classifier(old) }

        #expect(await old.record.loaded.isEmpty)
    }

    @Test func aDamagedFileIsRefusedBeforeItLoads() async throws {
        _ = try await classifier()
        try folder.url.appendingPathComponent("coreml/coreml-fp16-8.model").write("the madel coreml-fp16-8")
        let bundle = try ModelBundle(directory: folder.url)
        let untouched = LinearLoader()

        await #expect(throws: EdgeError.self) {
            try await TextModel(
                bundle: bundle,
                artifacts: bundle.manifest.artifacts,
                loaders: [untouched],
                settings: EngineSettings(threads: 1)
            )
        }

        #expect(await untouched.record.loaded.isEmpty)
    }

    @Test func aManifestThatDoesNotFitItsArtifactsIsRefused() async {
        await expect(
            "coreml-fp16-8 has outputs for another number of labels than the model's 3; build the bundle again"
        ) {
            try await model(.textClassification, labels: ["a", "b", "c"]) { _ in ["logits": [1, 2]] }
        }
        await expect(
            "coreml-fp16-8 has no output 'start_logits', which question-answering needs; build the bundle again"
        ) {
            try await model(.questionAnswering) { _ in ["logits": [1, 2]] }
        }
        await expect(
            "coreml-fp16-8 has an output 'logits' of shape [1, 5, 2], which token-classification does not read; build the"
                + " bundle again"
        ) {
            try await model(.tokenClassification) { _ in ["logits": [1, 5, 2]] }
        }
    }

    @Test func outputsOfAnotherSizeAreRefused() async throws {
        let model = try await classifier(ShortLoader(loader: loader))

        await expect(
            "coreml-fp16-8: iOS 18.1 returned 1 values for 'logits', not 2; build the bundle again",
            .conversion
        ) {
            try await model.predict(["pay"])
        }
    }

    private func expect(
        _ message: String,
        _ kind: EdgeError.Kind = .input,
        from action: () async throws -> some Any
    ) async {
        await #expect(throws: EdgeError(kind, message)) { _ = try await action() }
    }

    /// Gives other tasks time to come between.
    @Sendable private func wait() async throws {
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A runtime whose outputs lack their last value.
private struct ShortLoader: EngineLoader {
    let loader: LinearLoader
    var format: String { loader.format }
    var runtimeName: String { loader.runtimeName }
    var version: String { loader.version }

    func load(_ file: URL, artifact: ArtifactInfo, settings: EngineSettings) async throws -> any Engine {
        ShortEngine(engine: try await loader.load(file, artifact: artifact, settings: settings))
    }
}

private actor ShortEngine: Engine {
    nonisolated var runtime: String { engine.runtime }
    private let engine: any Engine

    init(engine: any Engine) {
        self.engine = engine
    }

    func run(_ inputs: [String: [Int32]]) async throws -> [String: [Float]] {
        try await engine.run(inputs).mapValues { $0.dropLast() }
    }
}
