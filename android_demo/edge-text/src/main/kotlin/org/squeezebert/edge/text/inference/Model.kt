package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.prediction.AnswerWindow
import org.squeezebert.edge.text.prediction.MaskVocabulary
import org.squeezebert.edge.text.prediction.Task
import org.squeezebert.edge.text.prediction.bestAnswers
import org.squeezebert.edge.text.prediction.classifyText
import org.squeezebert.edge.text.prediction.classifyTokens
import org.squeezebert.edge.text.prediction.fillMasks
import org.squeezebert.edge.text.prediction.rankChoices
import org.squeezebert.edge.text.tokenizer.BertTokenizer
import org.squeezebert.edge.text.tokenizer.Encoding

/** Tokens that neighbouring windows of a long context share, so that no answer is cut in two. */
private const val WINDOW_OVERLAP = 32

/**
 * A bundle as a function from texts to predictions.
 *
 * An engine is loaded for each length that is needed, when it is needed; each text runs at the shortest length that
 * holds it. One thread at a time may use a model, and any thread may be the one.
 *
 * @param artifacts of one format, backend and recipe, one for each length: [bestArtifacts] or [artifactsLike]
 * @param loaders all that the app has
 * @param threads CPU threads of one inference
 * @throws org.squeezebert.edge.text.EdgeException if the bundle is damaged, or no loader runs the artifacts right
 */
public class Model(
    private val bundle: Bundle,
    artifacts: List<ArtifactInfo>,
    private val loaders: List<EngineLoader>,
    private val threads: Int,
) : AutoCloseable {
    /** One artifact for each length, ascending. */
    public val artifacts: List<ArtifactInfo> =
        artifacts.flatMap { it.byLength() }.sortedBy { it.sequenceLengths.last() }

    /** What the model serves. */
    public val task: Task = Task.of(bundle.manifest.model.task)

    /** The bundle's tokenizer. */
    public val tokenizer: BertTokenizer

    private val engines = mutableMapOf<Int, Engine>()

    init {
        if (this.artifacts.isEmpty()) throw InputException("${bundle.directory}: no artifact was chosen; choose one")
        for (artifact in this.artifacts) {
            (whyNot(artifact, loaders) ?: problem(artifact))?.let { throw InputException(it) }
        }
        tokenizer = BertTokenizer.read(bundle.tokenizerDirectory())
        // Loaded at once, so that a damaged file shows here and not at the first text.
        engine(this.artifacts.first())
    }

    /** Longest sequence that an artifact takes, in tokens. */
    public val maxLength: Int get() = artifacts.last().sequenceLengths.last()

    /** Name and version of what computes. */
    public val runtime: String get() = engines.values.first().runtime

    /**
     * Runs the task on one example.
     *
     * Between two inferences of one example it looks whether its thread is interrupted, which is how coroutines'
     * `runInterruptible` cancels it; an inference itself cannot be interrupted.
     *
     * @param texts the text, and the second of a pair; the question and its context; or the text and its choices
     * @param topK how many predictions to return; null for 1, or 5 for fill-mask, or all choices
     * @throws InputException if the texts are none that the task takes
     * @throws InterruptedException if the thread was interrupted
     */
    public fun predict(texts: List<String>, topK: Int? = null): ModelResult {
        task.checkTexts(texts)
        if (topK != null && topK < 1) throw InputException("$topK predictions cannot be given; ask for one or more")
        val runs = encodings(texts).map { Pair(it, artifactFor(it.size)) }
        val outputs = runs.map { (encoding, artifact) -> run(encoding, artifact) }
        val done = runs.map { (encoding, artifact) -> ModelRun(artifact, encoding) }
        if (task == Task.FEATURE_EXTRACTION) return embedding(outputs.single(), done)
        val labels = bundle.manifest.model.labels
        val first = outputs.first()
        val encoding = runs.first().first
        val predictions =
            when (task) {
                Task.TEXT_CLASSIFICATION -> classifyText(first.getValue("logits"), labels, topK ?: 1)

                Task.TOKEN_CLASSIFICATION -> classifyTokens(first.getValue("logits"), encoding, labels)

                Task.FILL_MASK -> {
                    val words = MaskVocabulary(lastAxis(done.first().artifact), tokenizer.maskId, tokenizer::token)
                    fillMasks(first.getValue("logits"), encoding, words, topK ?: DEFAULT_WORDS)
                }

                Task.QUESTION_ANSWERING -> {
                    val windows =
                        done.zip(outputs) { run, found ->
                            AnswerWindow(run.encoding, found.getValue("start_logits"), found.getValue("end_logits"))
                        }
                    bestAnswers(windows, texts[1], topK ?: 1)
                }

                else -> {
                    val choices = texts.drop(1)
                    val scores = FloatArray(choices.size) { outputs[it].getValue("logits").single() }
                    rankChoices(scores, choices, topK ?: choices.size)
                }
            }
        return ModelResult.Predictions(predictions, done)
    }

    /** Tokens of one example before any cut; above [maxLength], its end is not read. */
    public fun tokenCount(texts: List<String>): Int =
        if (task == Task.MULTIPLE_CHOICE) pairs(texts).maxOf(tokenizer::count) else tokenizer.count(texts)

    /** Gives back what the engines hold. */
    override fun close() {
        engines.values.forEach(Engine::close)
        engines.clear()
    }

    private fun encodings(texts: List<String>): List<Encoding> = when (task) {
        Task.QUESTION_ANSWERING -> {
            val length = artifactFor(tokenizer.count(texts)).sequenceLengths.last()
            tokenizer.encodeWindows(texts[0], texts[1], length, WINDOW_OVERLAP)
        }

        Task.MULTIPLE_CHOICE -> pairs(texts).map { tokenizer.encode(it, maxLength) }

        else -> listOf(tokenizer.encode(texts, maxLength))
    }

    private fun pairs(texts: List<String>): List<List<String>> = texts.drop(1).map { listOf(texts[0], it) }

    private fun artifactFor(tokens: Int): ArtifactInfo =
        artifacts.find { it.sequenceLengths.last() >= tokens } ?: artifacts.last()

    private fun run(encoding: Encoding, artifact: ArtifactInfo): Map<String, FloatArray> {
        if (Thread.interrupted()) throw InterruptedException("the prediction was cancelled")
        val inputs = padInputs(encoding.inputIds, encoding.tokenTypeIds, artifact, tokenizer.padId)
        return runChecked(engine(artifact), artifact, inputs)
    }

    private fun engine(artifact: ArtifactInfo): Engine =
        engines.getOrPut(artifact.sequenceLengths.last()) { loadEngine(bundle, artifact, loaders, threads) }

    /** Why an artifact cannot serve the task, in one line; null if it can. */
    private fun problem(artifact: ArtifactInfo): String? {
        val names = artifact.outputs.map { it.name }
        val missing = task.outputs.find { it !in names }
        val labels = bundle.manifest.model.labels.size
        return when {
            missing != null ->
                "${artifact.id} has no output '$missing', which ${task.title} needs; build the bundle again"

            names.isEmpty() -> "${artifact.id} has no outputs; build the bundle again"

            task.labelled && artifact.outputs.first().shape.last() != labels ->
                "${artifact.id} has outputs for another number of labels than the model's $labels;" +
                    " build the bundle again"

            else -> null
        }
    }

    /** A pooled embedding is a vector; else only the rows of the text's own tokens mean anything. */
    private fun embedding(outputs: Map<String, FloatArray>, runs: List<ModelRun>): ModelResult.Embedding {
        val run = runs.single()
        val spec = run.artifact.outputs.first()
        val values = outputs.getValue(spec.name)
        val shape = spec.shape.drop(1)
        if (shape.size == 1) return ModelResult.Embedding(values, shape, runs)
        val tokens = run.encoding.size
        return ModelResult.Embedding(values.copyOf(tokens * shape.last()), listOf(tokens, shape.last()), runs)
    }

    private fun lastAxis(artifact: ArtifactInfo): Int = artifact.outputs.first { it.name == "logits" }.shape.last()

    private companion object {
        const val DEFAULT_WORDS = 5
    }
}
