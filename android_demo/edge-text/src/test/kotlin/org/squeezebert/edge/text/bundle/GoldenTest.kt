package org.squeezebert.edge.text.bundle

import org.junit.Rule
import org.junit.rules.TemporaryFolder
import org.squeezebert.edge.text.InputException
import java.io.File
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class GoldenTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val index by lazy { File(folder.root, "golden/8.json") }
    private val data by lazy { File(folder.root, "golden/8.f32") }

    @Test
    fun `written outputs lie where the references do`() {
        SmallBundle(folder.root).write()
        val written = folder.newFile()
        val golden = readGolden(index, data, 8)

        writeOutputs(golden, golden.examples.map { it.outputs }, written)

        assertContentEquals(data.readBytes(), written.readBytes())
    }

    @Test
    fun `damaged vectors are said to be so`() {
        val damages =
            listOf<(String) -> String>(
                { "" },
                { "[]" },
                { it.replace("\"rows\":", "\"lines\":") },
                { it.replace("\"sequence_length\":8", "\"sequence_length\":9") },
                { it.replace("\"offset\":2", "\"offset\":3") },
                { it.replace("\"offset\":2", "\"offset\":-1") },
                { it.replace("\"shape\":[2]", "\"shape\":[-2]") },
                { it.replace("\"shape\":[2]", "\"shape\":[65536,65536]") },
                { it.replace("[2,5,3]", "[2,5,3,4]") },
                { it.replace("\"positions\":null", "\"positions\":[8]") },
            )
        for (damage in damages) {
            SmallBundle(folder.root).write()
            val before = index.readText()
            index.writeText(damage(before))
            assertTrue(before != index.readText())

            val message = assertFailsWith<InputException> { readGolden(index, data, 8) }.message.orEmpty()

            assertTrue("8.json: golden vectors are damaged (" in message && '\n' !in message, message)
        }
    }
}
