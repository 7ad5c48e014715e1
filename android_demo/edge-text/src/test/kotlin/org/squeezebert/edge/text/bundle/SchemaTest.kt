package org.squeezebert.edge.text.bundle

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.squeezebert.edge.text.device.Answer
import org.squeezebert.edge.text.device.ComputeUnits
import org.squeezebert.edge.text.device.DeviceState
import org.squeezebert.edge.text.device.MeasurementRule
import org.squeezebert.edge.text.device.Timing
import org.squeezebert.edge.text.device.WORK_VERSION
import org.squeezebert.edge.text.device.WorkError
import org.squeezebert.edge.text.device.WorkRequest
import org.squeezebert.edge.text.device.WorkResult
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals

/** The classes have every property of the JSON Schemas in docs, by the same names, and no other. */
@OptIn(ExperimentalSerializationApi::class)
class SchemaTest {
    private val manifest = schema("manifest.schema.json")
    private val work = schema("device-work.schema.json")

    @Test
    fun `the manifest is that of the schema`() {
        assertSameProperties(manifest, Manifest.serializer().descriptor)
        assertEquals(MANIFEST_VERSION, version(manifest))
    }

    @Test
    fun `so is each part of it`() {
        val parts =
            listOf(
                ArtifactInfo.serializer(),
                Delegation.serializer(),
                FileInfo.serializer(),
                FunctionSpec.serializer(),
                ModelInfo.serializer(),
                SamplesInfo.serializer(),
                TensorSpec.serializer(),
                TokenizerInfo.serializer(),
                VocabularyPruningInfo.serializer(),
            ).associate { name(it.descriptor) to it.descriptor }

        assertEquals(definitions(manifest).keys, parts.keys)
        for ((name, descriptor) in parts) assertSameProperties(definitions(manifest).getValue(name), descriptor)
    }

    @Test
    fun `requests and answers are those of the schema`() {
        val parts =
            listOf(
                Answer.serializer(),
                DeviceState.serializer(),
                MeasurementRule.serializer(),
                Timing.serializer(),
                WorkError.serializer(),
                WorkRequest.serializer(),
                WorkResult.serializer(),
            ).associate { name(it.descriptor) to it.descriptor }
        // What only Core ML says is never in an answer of Android.
        val coreMl = setOf("CoreMLDevices", "Placement", "DeviceShare", "OutsideNeuralEngine")

        assertEquals(definitions(work).keys - coreMl - "ComputeUnits", parts.keys)
        for ((name, descriptor) in parts) assertSameProperties(definitions(work).getValue(name), descriptor)
        assertEquals(WORK_VERSION, version(definitions(work).getValue("WorkRequest").jsonObject))
    }

    @Test
    fun `compute units have the same names`() {
        val names = definitions(work).getValue("ComputeUnits").jsonObject.getValue("enum").jsonArray

        assertEquals(names.map { it.jsonPrimitive.content }, names(ComputeUnits.serializer().descriptor))
    }

    @Test
    fun `defaults of the measurement are the same`() {
        val defaults = StrictJson.encodeToJsonElement(MeasurementRule.serializer(), MeasurementRule()).jsonObject
        val properties = definitions(work).getValue("MeasurementRule").jsonObject.getValue("properties").jsonObject

        assertEquals(properties.mapValues { it.value.jsonObject["default"] }, defaults as Map<String, JsonElement>)
    }

    private fun assertSameProperties(schema: JsonElement, descriptor: SerialDescriptor) {
        val properties = schema.jsonObject.getValue("properties").jsonObject
        val required = (schema.jsonObject["required"] as? JsonArray).orEmpty().map { it.jsonPrimitive.content }.toSet()
        val indices = 0 until descriptor.elementsCount
        val found = indices.associate { descriptor.getElementName(it) to describe(descriptor, it) }
        val expected = properties.mapValues { (name, type) -> Property(name in required, kind(type)) }
        assertEquals(expected.toSortedMap(), found.toSortedMap(), descriptor.serialName)
    }

    private data class Property(val required: Boolean, val kind: String)

    private fun describe(owner: SerialDescriptor, index: Int): Property {
        val type = owner.getElementDescriptor(index)
        return Property(!owner.isElementOptional(index), kind(type) + if (type.isNullable) " or null" else "")
    }

    /** A type in the words of JSON Schema. */
    private fun kind(type: SerialDescriptor): String = when (val kind = type.kind.toString()) {
        "INT", "LONG" -> "integer"
        "DOUBLE" -> "number"
        "BOOLEAN" -> "boolean"
        "STRING", "ENUM" -> "string"
        "LIST" -> "array"
        "CLASS", "MAP" -> "object"
        else -> kind
    }

    private fun kind(type: JsonElement): String {
        val schema = type.jsonObject
        schema["anyOf"]?.let { choices ->
            return choices.jsonArray.joinToString(" or ") { kind(it) }
        }
        schema["\$ref"]?.let { reference ->
            val name = reference.jsonPrimitive.content.substringAfterLast('/')
            return kind(definitions(work)[name] ?: definitions(manifest).getValue(name))
        }
        return schema.getValue("type").jsonPrimitive.content
    }

    private fun names(descriptor: SerialDescriptor): List<String> =
        List(descriptor.elementsCount) { descriptor.getElementName(it) }

    private fun name(descriptor: SerialDescriptor): String = descriptor.serialName.substringAfterLast('.')

    private fun definitions(schema: JsonObject): JsonObject = schema.getValue("\$defs").jsonObject

    private fun version(schema: JsonObject): Int = schema
        .getValue("properties")
        .jsonObject
        .getValue("schema_version")
        .jsonObject
        .getValue("const")
        .jsonPrimitive
        .content
        .toInt()

    private fun schema(name: String): JsonObject =
        Json.parseToJsonElement(File("../../docs/$name").readText()).jsonObject
}
