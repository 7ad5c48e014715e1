package org.squeezebert.edge.text.inference

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.squeezebert.edge.text.ConversionException
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.bundle.SmallBundle
import org.squeezebert.edge.text.prediction.vectorFile
import java.io.File
import kotlin.test.AfterTest
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue

class ModelTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val loader = LinearLoader()

    @AfterTest
    fun `leave no interrupt to other tests`() {
        Thread.interrupted()
    }

    private fun model(
        task: String,
        outputs: (Int) -> Map<String, List<Int>>,
        labels: List<String> = listOf("no", "yes"),
        lengths: List<Int> = listOf(8, 16),
        loaders: List<EngineLoader> = listOf(loader),
    ): Model {
        val artifacts: List<ArtifactInfo> =
            lengths.reversed().map { SmallBundle.artifact("tflite-fp32-$it", "tflite", it, outputs = outputs(it)) }
        SmallBundle(folder.root, task, labels, artifacts).write(vectorFile("predictions"))
        val bundle = Bundle.open(folder.root)
        return Model(bundle, bundle.manifest.artifacts, loaders, threads = 1)
    }

    private fun classifier(loader: EngineLoader = this.loader): Model =
        model("text-classification", { mapOf("logits" to listOf(1, 2)) }, loaders = listOf(loader))

    @Test
    fun `a text runs at the shortest length that holds it`() {
        val model = classifier()

        val short = model.predict(listOf("pay my bill")).runs.single()
        assertEquals(listOf("tflite-fp32-8"), loader.loaded)
        val long = model.predict(listOf("please pay my bill to the bank today")).runs.single()

        assertEquals(listOf(8, 16), listOf(short.sequenceLength, long.sequenceLength))
        assertEquals(listOf("tflite-fp32-8", "tflite-fp32-16"), loader.loaded)
    }

    @Test
    fun `a text that is too long is cut at the longest`() {
        val model = classifier()

        val run = model.predict(listOf("pay my bill ".repeat(10))).runs.single()

        assertEquals(listOf(16, 16), listOf(run.encoding.size, run.sequenceLength))
        assertTrue(run.encoding.truncated)
        assertEquals(32, model.tokenCount(listOf("pay my bill ".repeat(10))))
    }

    @Test
    fun `inputs are padded at the end`() {
        classifier().predict(listOf("pay", "my bill"))

        val inputs = loader.inputs.single()
        assertContentEquals(intArrayOf(1, 1, 1, 1, 1, 1, 0, 0), inputs["attention_mask"])
        assertContentEquals(intArrayOf(0, 0, 0, 1, 1, 1, 0, 0), inputs["token_type_ids"])
        assertContentEquals(intArrayOf(0, 0), inputs["input_ids"]?.copyOfRange(6, 8))
    }

    @Test
    fun `a label with its probability`() {
        val model = classifier()

        val best = assertIs<ModelResult.Predictions>(model.predict(listOf("pay"))).predictions.single()
        val both = assertIs<ModelResult.Predictions>(model.predict(listOf("pay"), topK = 5)).predictions

        assertEquals("yes", best.label)
        assertEquals(listOf("yes", "no"), both.map { it.label })
    }

    @Test
    fun `a long context is read in windows`() {
        val model =
            model("question-answering", { mapOf("start_logits" to listOf(1, it), "end_logits" to listOf(1, it)) })

        val result = model.predict(listOf("who", "john works at the bank in paris . ".repeat(4)))

        assertTrue(result.runs.size > 1)
        assertTrue(result.runs.all { it.sequenceLength == 16 })
        val answer = assertIs<ModelResult.Predictions>(result).predictions.single()
        assertTrue(answer.label.isNotEmpty())
    }

    @Test
    fun `each choice is a run`() {
        val model = model("multiple-choice", { mapOf("logits" to listOf(1, 1)) })

        val result = model.predict(listOf("pay", "my bill", "the bank", "a"))

        assertEquals(3, result.runs.size)
        val predictions = assertIs<ModelResult.Predictions>(result).predictions
        assertEquals(setOf("my bill", "the bank", "a"), predictions.map { it.label }.toSet())
    }

    @Test
    fun `words for a mask have the name of their token`() {
        val model = model("fill-mask", { mapOf("logits" to listOf(1, it, 100)) })

        val result = model.predict(listOf("pay my [MASK]"))

        val predictions = assertIs<ModelResult.Predictions>(result).predictions
        assertEquals((99 downTo 95).map(model.tokenizer::token), predictions.map { it.label })
    }

    @Test
    fun `an embedding of tokens has a row for each`() {
        val model = model("feature-extraction", { mapOf("last_hidden_state" to listOf(1, it, 4)) })

        val embedding = assertIs<ModelResult.Embedding>(model.predict(listOf("pay my bill")))

        assertEquals(listOf(5, 4), embedding.shape)
        assertEquals(20, embedding.values.size)
    }

    @Test
    fun `an embedding of the text is one row`() {
        val model = model("feature-extraction", { mapOf("last_hidden_state" to listOf(1, 4)) })

        assertEquals(listOf(4), assertIs<ModelResult.Embedding>(model.predict(listOf("pay my bill"))).shape)
    }

    @Test
    fun `texts that the task does not take`() {
        val model = classifier()

        assertFailsWith<InputException> { model.predict(listOf(" ")) }
        assertFailsWith<InputException> { model.predict(listOf("a", "b", "c")) }
        assertFailsWith<InputException> { model.predict(listOf("a"), topK = 0) }
    }

    @Test
    fun `an interrupt ends it between two runs`() {
        var runs = 0
        val slow = LinearLoader(beforeRun = { if (++runs == 2) Thread.currentThread().interrupt() })
        val model = model("multiple-choice", { mapOf("logits" to listOf(1, 1)) }, loaders = listOf(slow))

        assertFailsWith<InterruptedException> { model.predict(listOf("pay", "my", "bill", "a", "the")) }

        assertEquals(2, runs)
    }

    @Test
    fun `closing gives back all engines`() {
        val model = classifier()
        model.predict(listOf("please pay my bill to the bank today"))

        model.close()

        assertEquals(0, loader.open)
    }

    @Test
    fun `a runtime that is too old is refused before it loads`() {
        val old = LinearLoader(version = "1.0.0")

        val message = assertFailsWith<InputException> { classifier(old) }.message.orEmpty()

        assertTrue("ai-edge-litert 1.0.0 does not compute" in message, message)
        assertEquals(emptyList(), old.loaded)
    }

    @Test
    fun `a damaged file is refused before it loads`() {
        classifier()
        folder.root.resolve("tflite/tflite-fp32-8.model").writeText("the madel tflite-fp32-8")
        val bundle = Bundle.open(folder.root)
        val untouched = LinearLoader()

        assertFailsWith<InputException> { Model(bundle, bundle.manifest.artifacts, listOf(untouched), 1) }

        assertEquals(emptyList(), untouched.loaded)
    }

    @Test
    fun `a manifest that does not fit its artifacts is refused`() {
        val several = { _: Int -> mapOf("logits" to listOf(1, 2)) }

        val labels =
            assertFailsWith<InputException> { model("text-classification", several, labels = listOf("a", "b", "c")) }
        val outputs = assertFailsWith<InputException> { model("question-answering", several) }

        assertTrue("another number of labels than the model's 3" in labels.message.orEmpty(), labels.message)
        assertTrue("has no output 'start_logits'" in outputs.message.orEmpty(), outputs.message)
    }

    @Test
    fun `outputs of another size are refused`() {
        val model = classifier(ShortLoader(loader))

        val message = assertFailsWith<ConversionException> { model.predict(listOf("pay")) }.message.orEmpty()

        assertTrue("returned 1 values for 'logits', not 2" in message, message)
    }

    /** A runtime whose outputs lack their last value. */
    private class ShortLoader(private val loader: LinearLoader) : EngineLoader by loader {
        override fun load(file: File, artifact: ArtifactInfo, threads: Int): Engine {
            val engine = loader.load(file, artifact, threads)
            return object : Engine by engine {
                override fun run(inputs: Map<String, IntArray>): Map<String, FloatArray> =
                    engine.run(inputs).mapValues { (_, values) -> values.copyOf(values.size - 1) }
            }
        }
    }
}
