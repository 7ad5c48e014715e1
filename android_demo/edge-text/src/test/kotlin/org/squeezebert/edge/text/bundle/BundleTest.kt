package org.squeezebert.edge.text.bundle

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.squeezebert.edge.text.InputException
import java.io.File
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class BundleTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val small by lazy { SmallBundle(folder.root).write() }
    private val artifact by lazy { Bundle.open(small.directory).manifest.artifacts.single() }

    @Test
    fun `a whole bundle gives its files`() {
        val bundle = Bundle.open(small.directory)

        bundle.check(artifact)

        assertEquals(small.file("tflite/tflite-fp32-8.model"), bundle.artifactFile(artifact))
        assertEquals(small.file("tokenizer"), bundle.tokenizerDirectory())
    }

    @Test
    fun `golden examples have tokens and references`() {
        val golden = Bundle.open(small.directory).golden(8)

        assertEquals(2, golden.examples.size)
        assertContentEquals(intArrayOf(2, 5, 3), golden.examples[1].inputIds)
        assertContentEquals(floatArrayOf(0.5f, -1f), golden.examples[1].outputs["logits"])
    }

    @Test
    fun `an unknown artifact is answered with those that are there`() {
        assertProblem("no artifact 'other' in ", "it has tflite-fp32-8") {
            Bundle.open(small.directory).artifact("other")
        }
    }

    @Test
    fun `a folder that is not there`() {
        assertProblem("no such bundle") { Bundle.open(File(folder.root, "nowhere")) }
    }

    @Test
    fun `a folder without a manifest`() {
        assertProblem("not a bundle, it has no manifest.json") { Bundle.open(folder.newFolder()) }
    }

    @Test
    fun `a damaged manifest`() {
        small.file(MANIFEST).writeText("{\"schema_version\": 1,")

        assertProblem("manifest.json: damaged (") { Bundle.open(small.directory) }
    }

    @Test
    fun `an empty manifest`() {
        small.file(MANIFEST).writeText("")

        assertProblem("manifest.json: ") { Bundle.open(small.directory) }
    }

    @Test
    fun `a manifest that is not text`() {
        small.file(MANIFEST).writeBytes(byteArrayOf(0x7b, -1, -2))

        assertProblem("damaged (not UTF-8 text)") { Bundle.open(small.directory) }
    }

    @Test
    fun `the version is checked before all else`() {
        small.file(MANIFEST).writeText("""{"schema_version": 2, "new": []}""")

        assertProblem("schema version 2, this app reads 1; build the bundle again") { Bundle.open(small.directory) }
    }

    @Test
    fun `a property that is not known`() {
        changeManifest { it.replaceFirst("{", "{\"surprise\":1,") }

        assertProblem("surprise", "build the bundle again") { Bundle.open(small.directory) }
    }

    @Test
    fun `a property that is missing`() {
        changeManifest { it.replace("\"max_length\":8,", "") }

        assertProblem("max_length", "build the bundle again") { Bundle.open(small.directory) }
    }

    @Test
    fun `a value of the wrong type`() {
        changeManifest { it.replace("\"max_length\":8,", "\"max_length\":[],") }

        assertProblem("max_length", "build the bundle again") { Bundle.open(small.directory) }
    }

    @Test
    fun `an artifact without a length`() {
        changeManifest { it.replace("\"sequence_lengths\":[8]", "\"sequence_lengths\":[]") }

        assertProblem("tflite-fp32-8 has no sequence length") { Bundle.open(small.directory) }
    }

    @Test
    fun `no file may lie outside`() {
        for (name in listOf("../secret", "tokenizer/../../secret", "/etc/passwd")) {
            small.write()
            changeManifest { it.replace("tokenizer/tokenizer.json", name) }

            assertProblem("$name points outside of the bundle") { Bundle.open(small.directory) }
        }
    }

    @Test
    fun `nor the tokenizer`() {
        changeManifest { it.replace("\"directory\":\"tokenizer\"", "\"directory\":\"..\"") }

        assertProblem(".. points outside of the bundle") { Bundle.open(small.directory) }
    }

    @Test
    fun `a missing file`() {
        val bundle = Bundle.open(small.directory)
        small.file(artifact.file).delete()

        assertProblem("tflite-fp32-8.model: missing; copy the bundle again") { bundle.artifactFile(artifact) }
    }

    @Test
    fun `a file that was cut`() {
        val bundle = Bundle.open(small.directory)
        small.file(artifact.file).writeText("the")

        assertProblem("has 3 bytes, not the manifest's 23") { bundle.artifactFile(artifact) }
    }

    @Test
    fun `a file that was changed`() {
        val bundle = Bundle.open(small.directory)
        small.file("golden/8.f32").writeBytes(ByteArray(16))

        assertProblem("8.f32: its checksum differs from the manifest's") { bundle.golden(8) }
    }

    @Test
    fun `a file is read for its checksum once`() {
        val bundle = Bundle.open(small.directory)
        bundle.artifactFile(artifact)
        small.file(artifact.file).writeText("the")

        assertEquals("the", bundle.artifactFile(artifact).readText())
    }

    @Test
    fun `golden vectors of another length are not there`() {
        assertProblem("golden/9.json is not in its manifest.json") { Bundle.open(small.directory).golden(9) }
    }

    @Test
    fun `a tokenizer whose checksum is not known is not used`() {
        changeManifest { it.replace("\"file\":\"tokenizer/tokenizer.json\"", "\"file\":\"tokenizer/vocab.txt\"") }
        val bundle = Bundle.open(small.directory)

        assertProblem("tokenizer/tokenizer.json is not in its manifest.json") { bundle.tokenizerDirectory() }
    }

    private fun changeManifest(change: (String) -> String) {
        val file = small.file(MANIFEST)
        val before = file.readText()
        val after = change(before)
        assertTrue(before != after, "the manifest has nothing to change")
        file.writeText(after)
    }

    private fun assertProblem(vararg parts: String, action: () -> Unit) {
        val message = assertFailsWith<InputException> { action() }.message.orEmpty()
        for (part in parts) assertTrue(part in message, message)
        assertTrue('\n' !in message, message)
    }
}
