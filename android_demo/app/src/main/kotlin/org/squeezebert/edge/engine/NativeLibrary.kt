package org.squeezebert.edge.engine

import android.os.Build
import org.squeezebert.edge.text.DeviceException

/**
 * Runs [call], which may load the native library of a runtime.
 *
 * @throws DeviceException if the app has no such library for this device's processor
 */
internal fun <T> withNativeLibrary(runtime: String, call: () -> T): T = try {
    call()
} catch (error: LinkageError) {
    // A library that is missing shows as UnsatisfiedLinkError, and from the second call on as NoClassDefFoundError.
    val processors = Build.SUPPORTED_ABIS.joinToString()
    throw DeviceException(
        "$runtime: its library does not load on this device ($processors); choose another format",
        error,
    )
}
