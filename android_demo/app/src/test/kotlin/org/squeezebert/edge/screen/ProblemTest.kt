package org.squeezebert.edge.screen

import org.squeezebert.edge.bundles.PackedBundleException
import org.squeezebert.edge.text.InputException
import java.io.File
import java.io.IOException
import kotlin.test.Test
import kotlin.test.assertEquals

class ProblemTest {
    @Test
    fun `what edge-text says is shown as it is`() {
        assertEquals(Problem.Explained("manifest.json: damaged"), problemOf(InputException("manifest.json: damaged")))
    }

    @Test
    fun `what the app itself has words for is told by its kind`() {
        val folder = File("packed")
        val full = PackedBundleException(folder, IOException("no space left on device"))
        assertEquals(Problem.NotCopied(folder, "no space left on device"), problemOf(full))
        assertEquals(Problem.NotEnoughMemory, problemOf(OutOfMemoryError()))
    }

    @Test
    fun `what nobody expected keeps its name, and one line of its reason`() {
        val expected = Problem.Failed("IllegalStateException", "no delegate")
        assertEquals(expected, problemOf(IllegalStateException("no delegate\n at line 3")))
        assertEquals(Problem.Failed("IllegalStateException", reason = null), problemOf(IllegalStateException()))
    }
}
