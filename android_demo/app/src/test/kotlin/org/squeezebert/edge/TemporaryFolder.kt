package org.squeezebert.edge

import java.io.File

/** Calls [test] with an empty folder that is removed at its end. */
internal fun <T> inTemporaryFolder(test: (File) -> T): T {
    val folder = File.createTempFile("edge", "")
    try {
        check(folder.delete() && folder.mkdir()) { "$folder cannot be made" }
        return test(folder)
    } finally {
        folder.deleteRecursively()
    }
}
