package org.squeezebert.edge.text.device

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.bundle.SmallBundle
import org.squeezebert.edge.text.bundle.StrictJson
import org.squeezebert.edge.text.bundle.readUtf8
import org.squeezebert.edge.text.inference.LinearLoader
import java.io.File
import kotlin.test.AfterTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class DeviceProgramTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val small by lazy { SmallBundle(folder.newFolder("bundle")).write() }
    private val request by lazy { folder.root.resolve("request.json") }
    private val answer by lazy { folder.newFolder("answers").resolve("answer.json") }
    private val valid = WorkRequest(bundle = "bundle", artifact = "tflite-fp32-8", sequenceLength = 8, threads = 2)

    @AfterTest
    fun `leave no interrupt to other tests`() {
        Thread.interrupted()
    }

    private fun program(vararg loaders: LinearLoader): DeviceProgram =
        DeviceProgram("test 1.0", loaders.toList(), Instruments(state = { DeviceState() }))

    private fun answerTo(document: String, loader: LinearLoader = LinearLoader()): Answer {
        small.directory
        request.writeText(document)
        val returned = program(loader).doWork(request, answer)
        assertEquals(returned, StrictJson.decodeFromString(Answer.serializer(), readUtf8(answer)))
        return returned
    }

    private fun answerTo(request: WorkRequest, loader: LinearLoader = LinearLoader()): Answer =
        answerTo(StrictJson.encodeToString(WorkRequest.serializer(), request), loader)

    private fun assertError(answer: Answer, part: String, type: String = "InputError") {
        assertNull(answer.result)
        val error = assertNotNull(answer.error)
        assertEquals(type, error.type)
        assertTrue(part in error.message, error.message)
        assertFalse('\n' in error.message, error.message)
    }

    @Test
    fun `what was done is said as it was asked for`() {
        val result = assertNotNull(answerTo(valid).result)

        assertEquals("test 1.0", result.program)
        assertEquals("ai-edge-litert 2.3.0", result.runtime)
        assertEquals(listOf<Any>("tflite-fp32-8", 8, 2), listOf(result.artifact, result.sequenceLength, result.threads))
        assertNull(result.timing)
        assertNull(result.worstCosine)
    }

    @Test
    fun `the second load counts, and all is given back`() {
        val loader = LinearLoader()

        answerTo(valid, loader)

        assertEquals(2, loader.loaded.size)
        assertEquals(0, loader.open)
    }

    @Test
    fun `outputs lie beside the answer, in the places of the references`() {
        val result = assertNotNull(answerTo(valid.copy(outputs = "outputs.f32")).result)

        // LinearLoader: 0 and 3 for three tokens, where the references are 0.5 and -1.
        val written = answer.resolveSibling("outputs.f32").readBytes()
        assertEquals("0000000000004040", written.take(8).joinToString("") { "%02x".format(it) })
        assertEquals(16, written.size)
        assertEquals(-1 / Math.sqrt(1.25), assertNotNull(result.worstCosine), 1e-12)
    }

    @Test
    fun `a measurement has its runs`() {
        val rule = MeasurementRule(warmUpWindow = 2, warmUpSeconds = 0.0, minimumRuns = 3, minimumSeconds = 0.0)

        val timing = assertNotNull(assertNotNull(answerTo(valid.copy(measurement = rule)).result).timing)

        assertEquals(3, timing.latenciesMs.size)
    }

    @Test
    fun `an answer appears whole`() {
        answerTo(valid)

        assertEquals(listOf("answer.json"), answer.parentFile.list()?.toList())
    }

    @Test
    fun `a request that is none`() {
        assertError(answerTo(""), "request.json: damaged (")
        assertError(answerTo("[]"), "request.json: ")
        assertError(answerTo("{\"bundle\": \"bundle\""), "use the same squeezebert-edge on both sides")
        assertError(answerTo("{\"bundle\": \"bundle\"}"), "artifact")
    }

    @Test
    fun `a request with something new`() {
        val text = StrictJson.encodeToString(WorkRequest.serializer(), valid)

        assertError(answerTo(text.replaceFirst("{", "{\"priority\":1,")), "priority")
    }

    @Test
    fun `a request of another version`() {
        assertError(answerTo("{\"schema_version\": 2}"), "schema version 2, this app reads 1")
    }

    @Test
    fun `a request that is not there`() {
        assertError(
            program(LinearLoader()).doWork(folder.root.resolve("nowhere.json"), answer),
            "nowhere.json: cannot be read",
        )
    }

    @Test
    fun `cores cannot be chosen`() {
        val message = "cores cannot be chosen on this system; leave --cores out"

        assertError(answerTo(valid.copy(cores = listOf(0, 1))), message)
    }

    @Test
    fun `nor can no threads`() {
        assertError(answerTo(valid.copy(threads = 0)), "threads is 0")
    }

    @Test
    fun `a length that the artifact has not`() {
        assertError(answerTo(valid.copy(sequenceLength = 128)), "tflite-fp32-8 has no length 128, only 8")
    }

    @Test
    fun `a bundle that is not there`() {
        assertError(answerTo(valid.copy(bundle = "nowhere")), "no such bundle")
    }

    @Test
    fun `a damaged artifact`() {
        small.file("tflite/tflite-fp32-8.model").writeText("the madel tflite-fp32-8")

        assertError(answerTo(valid), "its checksum differs")
    }

    @Test
    fun `a runtime that is too old`() {
        assertError(answerTo(valid, LinearLoader(version = "1.0.0")), "does not compute tflite-fp32-8 right")
    }

    @Test
    fun `a runtime that is not in the app`() {
        assertError(
            answerTo(valid, LinearLoader("executorch", "1.5.1")),
            "is not for Android: this app runs executorch",
        )
    }

    @Test
    fun `a runtime that fails`() {
        val failing = LinearLoader(beforeRun = { error("delegate\n  out of range") })

        val message = "the app failed: java.lang.IllegalStateException: delegate out of range"
        assertError(answerTo(valid.copy(outputs = "o.f32"), failing), message, "DeviceError")
    }

    @Test
    fun `too little memory`() {
        val large = LinearLoader(beforeRun = { throw OutOfMemoryError() })

        assertError(answerTo(valid.copy(outputs = "o.f32"), large), "java.lang.OutOfMemoryError", "DeviceError")
        assertEquals(0, large.open)
    }

    @Test
    fun `a stopped app says so`() {
        val stopping = LinearLoader(beforeRun = { Thread.currentThread().interrupt() })

        assertError(answerTo(valid.copy(outputs = "o.f32"), stopping), "the app was stopped", "DeviceError")
    }

    @Test
    fun `work that was ended early says why, in one line`() {
        program().fail("the screen was closed\n  start it again", answer)

        val written = StrictJson.decodeFromString(Answer.serializer(), readUtf8(answer))
        assertError(written, "the screen was closed start it again", "DeviceError")
        assertEquals(listOf("answer.json"), answer.parentFile.list()?.toList())
    }

    @Test
    fun `what is done stays done`() {
        val done = answerTo(valid)

        program().fail("the screen was closed", answer)

        assertEquals(done, StrictJson.decodeFromString(Answer.serializer(), readUtf8(answer)))
    }

    @Test
    fun `outputs that cannot be written`() {
        assertError(answerTo(valid.copy(outputs = "no/folder/o.f32")), "o.f32: cannot be written", "DeviceError")
    }

    @Test
    fun `an answer that cannot be written`() {
        val nowhere = File(folder.root, "nowhere/answer.json")

        val message = assertFailsWith<DeviceException> { program().describe(nowhere) }.message.orEmpty()

        assertTrue("answer.json: cannot be written" in message, message)
    }

    @Test
    fun `without a request the app says what it has`() {
        program(LinearLoader("executorch", "1.5.1"), LinearLoader()).describe(answer)

        val expected =
            """{"schema_version":1,"program":"test 1.0","runtimes":{"executorch":"1.5.1","ai-edge-litert":"2.3.0"}}"""
        assertEquals(expected, answer.readText())
    }
}
