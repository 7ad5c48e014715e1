package org.squeezebert.edge.text.bundle

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals

class AndroidTargetTest {
    @Test
    fun `a model is found by its name`() {
        assertEquals("pixel-8", AndroidTarget.of("Pixel 8 Pro").name)
        assertEquals("galaxy-s24", AndroidTarget.of("SM-S921U1").name)
        assertEquals("galaxy-s24", AndroidTarget.of("SM-S928B").name)
    }

    @Test
    fun `another model is a generic one`() {
        for (model in listOf("SM-S921B", "Pixel 80", "My Pixel 8", "", "sdk_gphone64_x86_64")) {
            assertEquals(AndroidTarget.GENERIC, AndroidTarget.of(model))
        }
    }

    @Test
    fun `the data are those that the build uses`() {
        for (target in AndroidTarget.ALL) {
            val lines = File("../../edge/targets/${target.name}.toml").readLines()
            val value = { key: String -> lines.first { it.startsWith("$key = ") }.substringAfter(" = ") }

            assertEquals(strings(value("devices")), target.models, target.name)
            assertEquals(strings(value("recipes")), target.recipes, target.name)
            assertEquals(value("threads").toInt(), target.threads, target.name)
            val formats = Regex("(\\w+) = \\[\"xnnpack\"]").findAll(value("backends")).map { it.groupValues[1] }
            assertEquals(formats.toList(), target.formats, target.name)
        }
    }

    /** An array of strings is written alike in TOML and JSON. */
    private fun strings(array: String): List<String> =
        Json.parseToJsonElement(array).jsonArray.map { it.jsonPrimitive.content }
}
