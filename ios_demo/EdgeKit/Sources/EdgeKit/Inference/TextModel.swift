/// Tokens that neighbouring windows of a long context share, so that no answer is cut in two.
private let windowOverlap = 32

/// Words for a mask where no number is asked for.
private let defaultWords = 5

/// A bundle as a function from texts to predictions.
///
/// An engine is loaded for each length that is needed, when it is needed; each text runs at the shortest length that
/// holds it. Several tasks may ask at the same time: they share the engines.
public final class TextModel: Sendable {
    /// One artifact for each length, ascending.
    public let artifacts: [ArtifactInfo]

    /// What the model serves.
    public let task: ModelTask

    /// The bundle's tokenizer.
    public let tokenizer: BertTokenizer

    /// Name and version of what computes.
    public let runtime: String

    private let labels: [String]
    private let engines: LoadedEngines

    /// Loads the tokenizer and the engine of the shortest length.
    ///
    /// - Parameters:
    ///   - artifacts: of one format, backend and recipe, one for each length: `bestArtifacts` or `artifactsLike`
    ///   - loaders: all that the app has
    ///   - settings: of each inference
    /// - Throws: `EdgeError` if the bundle is damaged, or no loader runs the artifacts right
    public init(
        bundle: ModelBundle,
        artifacts: [ArtifactInfo],
        loaders: [any EngineLoader],
        settings: EngineSettings
    ) async throws {
        self.artifacts = artifacts.flatMap { $0.byLength() }.sorted { $0.longest < $1.longest }
        guard let shortest = self.artifacts.first else {
            throw EdgeError(.input, "\(bundle.directory.path): no artifact was chosen; choose one")
        }
        task = try ModelTask(name: bundle.manifest.model.task)
        labels = bundle.manifest.model.labels
        for artifact in self.artifacts {
            _ = try findLoader(artifact, loaders)
            try task.check(artifact, labels: labels)
        }
        tokenizer = try BertTokenizer(folder: try await bundle.tokenizerDirectory())
        engines = LoadedEngines(bundle: bundle, loaders: loaders, settings: settings)
        // Loaded at once, so that a damaged file shows here and not at the first text.
        runtime = try await engines.engine(shortest).runtime
    }

    /// Longest sequence that an artifact takes, in tokens.
    public var maxLength: Int { artifacts.map(\.longest).max() ?? 0 }

    /// Runs the task on one example.
    ///
    /// Between two inferences of one example it looks whether its task is cancelled; an inference itself cannot be
    /// interrupted.
    ///
    /// - Parameters:
    ///   - texts: the text, and the second of a pair; the question and its context; or the text and its choices
    ///   - topK: how many predictions to return; nil for 1, or 5 for fill-mask, or all choices
    /// - Throws: `EdgeError` if the texts are none that the task takes; `CancellationError`
    public func predict(_ texts: [String], topK: Int? = nil) async throws -> ModelResult {
        try task.checkTexts(texts)
        if let topK, topK < 1 {
            throw EdgeError(.input, "\(topK) predictions cannot be given; ask for one or more")
        }
        let runs = try encodings(texts).map { ModelRun(artifact: artifact(for: $0.count), encoding: $0) }
        var outputs: [[String: [Float]]] = []
        for run in runs {
            try Task.checkCancellation()
            outputs.append(try await compute(run))
        }
        return ModelResult(content: try content(texts, runs, outputs, topK), runs: runs)
    }

    /// Tokens of one example before any cut; above `maxLength`, its end is not read.
    public func tokenCount(_ texts: [String]) async throws -> Int {
        if task != .multipleChoice { return try tokenizer.count(texts) }
        return try pairs(texts).map(tokenizer.count).max() ?? 0
    }

    private func content(
        _ texts: [String],
        _ runs: [ModelRun],
        _ outputs: [[String: [Float]]],
        _ topK: Int?
    ) throws -> ModelResult.Content {
        let logits = outputs.map { $0["logits"] ?? [] }
        let encoding = runs[0].encoding
        switch task {
        case .featureExtraction:
            return embedding(runs[0], outputs[0])
        case .textClassification:
            return .predictions(classifyText(logits[0], labels: labels, topK: topK ?? 1))
        case .tokenClassification:
            return .predictions(classifyTokens(logits[0], encoding: encoding, labels: labels))
        case .fillMask:
            let words = MaskVocabulary(
                size: logits[0].count / runs[0].artifact.longest,
                maskId: tokenizer.maskId,
                token: tokenizer.token
            )
            let found = try fillMasks(logits[0], encoding: encoding, vocabulary: words, topK: topK ?? defaultWords)
            return .predictions(found)
        case .questionAnswering:
            let windows = zip(runs, outputs).map { run, output in
                AnswerWindow(
                    encoding: run.encoding,
                    startLogits: output["start_logits"] ?? [],
                    endLogits: output["end_logits"] ?? []
                )
            }
            return .predictions(bestAnswers(windows, context: texts[1], topK: topK ?? 1))
        case .multipleChoice:
            let choices = Array(texts.dropFirst())
            return .predictions(rankChoices(logits.flatMap(\.self), choices: choices, topK: topK ?? choices.count))
        }
    }

    private func encodings(_ texts: [String]) throws -> [Encoding] {
        switch task {
        case .questionAnswering:
            let length = artifact(for: try tokenizer.count(texts)).longest
            return try tokenizer.encodeWindows(
                question: texts[0],
                context: texts[1],
                maxLength: length,
                stride: windowOverlap
            )
        case .multipleChoice:
            return try pairs(texts).map { try tokenizer.encode($0, maxLength: maxLength) }
        default:
            return [try tokenizer.encode(texts, maxLength: maxLength)]
        }
    }

    private func pairs(_ texts: [String]) -> [[String]] { texts.dropFirst().map { [texts[0], $0] } }

    private func artifact(for tokens: Int) -> ArtifactInfo {
        artifacts.first { $0.longest >= tokens } ?? artifacts[artifacts.count - 1]
    }

    private func compute(_ run: ModelRun) async throws -> [String: [Float]] {
        let inputs = try padInputs(
            inputIds: run.encoding.inputIds,
            tokenTypeIds: run.encoding.tokenTypeIds,
            artifact: run.artifact,
            padId: tokenizer.padId
        )
        return try await runChecked(try await engines.engine(run.artifact), run.artifact, inputs)
    }
}

/// A pooled embedding is a vector; else only the rows of the text's own tokens mean anything.
private func embedding(_ run: ModelRun, _ outputs: [String: [Float]]) -> ModelResult.Content {
    let spec = run.artifact.outputs[0]
    let values = outputs[spec.name] ?? []
    let shape = Array(spec.shape.dropFirst())
    guard shape.count > 1, let size = shape.last else { return .embedding(values, shape: shape) }
    let tokens = run.encoding.count
    return .embedding(Array(values.prefix(tokens * size)), shape: [tokens, size])
}
