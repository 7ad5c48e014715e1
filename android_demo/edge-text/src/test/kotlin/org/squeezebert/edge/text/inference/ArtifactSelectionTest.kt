package org.squeezebert.edge.text.inference

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.AndroidTarget
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.bundle.MANIFEST
import org.squeezebert.edge.text.bundle.SmallBundle
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

class ArtifactSelectionTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val loaders = listOf(LinearLoader("executorch", "1.5.1"), LinearLoader("tflite"))
    private val pixel8 = AndroidTarget.of("Pixel 8")
    private val artifacts =
        listOf(
            artifact("coreml", "int8-weight", 8, backend = "cpu-gpu"),
            artifact("onnx", "int8-dynamic", 8, backend = "cpu"),
            artifact("executorch", "fp32", 8),
            artifact("executorch", "int8-dynamic", 16),
            artifact("executorch", "int8-dynamic", 8),
            artifact("tflite", "fp32", 8),
            artifact("tflite", "int8-dynamic", 8),
            artifact("tflite", "int8-dynamic", 16),
        )

    private fun artifact(format: String, recipe: String, length: Int, backend: String = "xnnpack"): ArtifactInfo =
        SmallBundle.artifact("$format-$recipe-$length", format, length, recipe, backend)

    private fun bundle(targets: Map<String, String> = emptyMap(), of: List<ArtifactInfo> = artifacts): Bundle {
        val small = SmallBundle(folder.root, artifacts = of).write()
        val named = targets.map { (name, id) -> "\"$name\":\"$id\"" }.joinToString(",")
        val threads = targets.keys.joinToString(",") { "\"$it\":2" }
        val text = small.file(MANIFEST).readText()
        small.file(MANIFEST).writeText(
            text
                .replace("\"targets\":{}", "\"targets\":{$named}")
                .replace("\"target_threads\":{}", "\"target_threads\":{$threads}"),
        )
        return Bundle.open(folder.root)
    }

    @Test
    fun `artifacts for other systems are left out`() {
        val ids = usableArtifacts(bundle().manifest, loaders).map { it.format }.distinct()

        assertEquals(listOf("executorch", "tflite"), ids)
    }

    @Test
    fun `what the manifest names for the target, at all lengths`() {
        val best = bestArtifacts(bundle(mapOf("pixel-8" to "tflite-int8-dynamic-8")), pixel8, loaders)

        assertEquals(listOf("tflite-int8-dynamic-8", "tflite-int8-dynamic-16"), best.map { it.id })
    }

    @Test
    fun `else the first by the target's order`() {
        assertEquals("executorch", bestArtifacts(bundle(), pixel8, loaders).first().format)
        assertEquals("tflite", bestArtifacts(bundle(), AndroidTarget.GENERIC, loaders).first().format)
    }

    @Test
    fun `what is named for a runtime that is too old is passed over`() {
        val old = listOf(LinearLoader("executorch", "1.5.0"), LinearLoader("tflite"))

        val best = bestArtifacts(bundle(mapOf("pixel-8" to "executorch-fp32-8")), pixel8, old)

        assertEquals("tflite", best.first().format)
    }

    @Test
    fun `the order is by format, recipe, then the longest`() {
        val ranked = rank(pixel8, usableArtifacts(bundle().manifest, loaders)).map { it.id }

        assertEquals(
            listOf(
                "executorch-int8-dynamic-16",
                "executorch-int8-dynamic-8",
                "executorch-fp32-8",
                "tflite-int8-dynamic-16",
                "tflite-int8-dynamic-8",
                "tflite-fp32-8",
            ),
            ranked,
        )
    }

    @Test
    fun `one that the user picked comes with its other lengths`() {
        val manifest = bundle().manifest
        val picked = manifest.artifacts.first { it.id == "executorch-int8-dynamic-8" }

        assertEquals(2, artifactsLike(manifest, picked, loaders).size)
    }

    @Test
    fun `a bundle with nothing for Android says why`() {
        val bundle = bundle(of = artifacts.take(1))

        val message = assertFailsWith<InputException> { bestArtifacts(bundle, pixel8, loaders) }.message.orEmpty()

        assertTrue("nothing here runs on this device: coreml-int8-weight-8 is not for Android" in message, message)
    }

    @Test
    fun `reasons are one line each`() {
        val expected =
            mapOf(
                artifacts[0] to
                    "coreml-int8-weight-8 is not for Android: this app runs executorch and tflite artifacts for" +
                    " xnnpack, and it is coreml for cpu-gpu",
                needing("executorch" to "1.6") to
                    "this app's executorch 1.5.1 does not compute executorch-fp32-8 right, which needs at least 1.6;" +
                    " install a newer app",
                needing("other" to "1.6") to
                    "executorch-fp32-8 needs another runtime than executorch; build the bundle again",
                needing("executorch" to "new") to
                    "executorch-fp32-8: 'new' in minimum_runtime is no version; build the bundle again",
            )
        for ((artifact, reason) in expected) assertEquals(reason, whyNot(artifact, loaders))
    }

    @Test
    fun `bundles older than backends have none`() {
        assertNull(whyNot(artifact("tflite", "fp32", 8, backend = ""), loaders))
    }

    @Test
    fun `threads are the target's, at most the cores`() {
        assertEquals(2, threadsFor(bundle(mapOf("pixel-8" to "x")).manifest, pixel8, cores = 8))
        assertEquals(4, threadsFor(bundle().manifest, pixel8, cores = 8))
        assertEquals(3, threadsFor(bundle().manifest, pixel8, cores = 3))
    }

    private fun needing(runtime: Pair<String, String>): ArtifactInfo =
        artifacts[2].copy(minimumRuntime = mapOf(runtime))
}
