package org.squeezebert.edge.text.device

import java.io.File
import java.io.IOException

private const val BYTES_PER_KILOBYTE = 1024L

/** Peak resident memory of this process in bytes: VmHWM of /proc/self/status; null where the system does not say. */
public fun peakResidentBytes(): Long? = peakResidentBytes(File("/proc/self/status"))

internal fun peakResidentBytes(status: File): Long? {
    val lines =
        try {
            status.readLines()
        } catch (_: IOException) {
            // Only Linux has the file.
            return null
        }
    val kilobytes = lines.find { it.startsWith("VmHWM:") }?.split(Regex("\\s+"))?.getOrNull(1)
    return kilobytes?.toLongOrNull()?.times(BYTES_PER_KILOBYTE)
}
