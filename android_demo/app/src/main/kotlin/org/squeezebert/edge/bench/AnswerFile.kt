package org.squeezebert.edge.bench

import org.squeezebert.edge.text.DeviceException
import org.squeezebert.edge.text.InputException
import java.io.File
import java.io.IOException

/**
 * The file for the answer that [path] names, in a folder that is made.
 *
 * @param allowed the app's own folder; a path outside of it is refused, so that nobody can have the app write elsewhere
 * @throws InputException if the path is outside
 * @throws DeviceException if the folder cannot be made
 */
internal fun answerFile(path: String, allowed: File): File {
    // Both resolved: /sdcard is a link to where the app's folder is, and a path may have ".." in it.
    val file = resolved(path)
    val root = resolved(allowed.path)
    val folder = file.parentFile
    if (folder == null || !folder.startsWith(root)) {
        throw InputException("$path: the answer has to lie in $root; give a path in it")
    }
    if (!folder.isDirectory && !folder.mkdirs()) {
        throw DeviceException("$folder: this folder cannot be made; make room on the device")
    }
    return file
}

private fun resolved(path: String): File = try {
    File(path).canonicalFile
} catch (error: IOException) {
    throw InputException("$path: no path of a file (${error.message}); give an absolute path", error)
}
