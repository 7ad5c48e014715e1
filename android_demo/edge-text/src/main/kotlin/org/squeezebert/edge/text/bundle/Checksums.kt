package org.squeezebert.edge.text.bundle

import java.io.File
import java.security.MessageDigest

/**
 * The hexadecimal SHA-256 of a file.
 *
 * @throws java.io.IOException if it cannot be read
 */
internal fun sha256(file: File): String {
    val digest = MessageDigest.getInstance("SHA-256")
    val buffer = ByteArray(BUFFER_BYTES)
    file.inputStream().use { stream ->
        while (true) {
            val count = stream.read(buffer)
            if (count < 0) break
            digest.update(buffer, 0, count)
        }
    }
    return digest.digest().joinToString("") { byte ->
        HEXADECIMAL[byte.toInt() shr 4 and 15] +
            HEXADECIMAL[byte.toInt() and 15]
    }
}

private const val BUFFER_BYTES = 1 shl 16
private val HEXADECIMAL = "0123456789abcdef".map { it.toString() }
