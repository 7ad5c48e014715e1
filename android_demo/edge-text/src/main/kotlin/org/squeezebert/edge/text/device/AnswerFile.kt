package org.squeezebert.edge.text.device

import kotlinx.serialization.SerializationStrategy
import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.bundle.StrictJson
import java.io.File
import java.io.IOException

/**
 * Writes a document whole or not at all: beside its name first, then renamed. Two threads may write one [file].
 *
 * @throws DeviceException if it cannot be written
 */
internal fun <T> writeWhole(document: T, serializer: SerializationStrategy<T>, file: File) {
    var draft: File? = null
    try {
        // A name of its own: what another thread writes has another.
        draft = File.createTempFile("answer", ".part", file.absoluteFile.parentFile)
        draft.writeText(StrictJson.encodeToString(serializer, document))
    } catch (error: IOException) {
        draft?.delete()
        throw DeviceException(
            "$file: cannot be written (${error.message}); choose a folder that the app may write",
            error,
        )
    }
    if (!draft.renameTo(file)) {
        draft.delete()
        throw DeviceException("$file: cannot be written, a folder may have its name; choose another name")
    }
}
