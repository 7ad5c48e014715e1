package org.squeezebert.edge.text.bundle

import kotlinx.serialization.KSerializer
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import org.squeezebert.edge.text.InputException
import java.io.File
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/** JSON as the project's documents have it: unknown keys are errors, and every property is written. */
internal val StrictJson: Json = Json { encodeDefaults = true }

/**
 * Reads a document with a `schema_version`.
 *
 * @param version the one that [serializer] knows; another is said before anything else
 * @param advice what to do if the document is not as it should be
 * @throws InputException if it cannot be read, or is not as it should be
 */
internal fun <T> readDocument(file: File, serializer: KSerializer<T>, version: Int, advice: String): T {
    val text =
        try {
            readUtf8(file)
        } catch (error: CharacterCodingException) {
            throw InputException("$file: damaged (not UTF-8 text); $advice", error)
        } catch (error: IOException) {
            throw InputException("$file: cannot be read (${error.message}); put it where the app may read it", error)
        }
    val document =
        try {
            StrictJson.parseToJsonElement(text)
        } catch (error: IllegalArgumentException) {
            throw InputException("$file: damaged (${firstProblem(error)}); $advice", error)
        }
    val said = (document as? JsonObject)?.get("schema_version") ?: JsonPrimitive(version)
    if (said != JsonPrimitive(version)) {
        throw InputException("$file: schema version $said, this app reads $version; $advice")
    }
    return try {
        // From the text and not from the elements: only then the problem comes with its place.
        StrictJson.decodeFromString(serializer, text)
    } catch (error: IllegalArgumentException) {
        throw InputException("$file: ${firstProblem(error)}; $advice", error)
    }
}

/**
 * The text of a UTF-8 file.
 *
 * @throws CharacterCodingException if it is not UTF-8
 * @throws IOException if it cannot be read
 */
internal fun readUtf8(file: File): String = Charsets.UTF_8
    .newDecoder()
    .decode(ByteBuffer.wrap(file.readBytes()))
    .toString()

/** What is wrong with a document, in one line, without the library's advice to programmers. */
internal fun firstProblem(error: Exception): String = when (error) {
    is CharacterCodingException -> "not UTF-8 text"
    else -> oneLine(error.message ?: error.toString())
}

private fun oneLine(message: String): String = message
    .lineSequence()
    .first()
    .replace(SERIAL_NAME, "")
    .trimEnd('.', ' ')

private val SERIAL_NAME = Regex(" for type with serial name '[^']*'")
