package org.squeezebert.edge.bundles

import android.content.res.AssetManager
import java.io.File
import java.io.IOException

/** Folder of the APK's assets that holds a bundle, if the app was built with one. */
private const val ASSETS = "bundle"

/** The bundle in the APK cannot be copied to [folder]. */
internal class PackedBundleException(val folder: File, cause: IOException) : IOException(cause.message, cause)

/**
 * The bundle in the APK, as files: a runtime maps files, and assets are none.
 *
 * @param folder of this app, for nothing else
 * @param version of the APK, another one after each installation
 */
internal class PackedBundle(private val assets: AssetManager, private val folder: File, private val version: Long) {
    /**
     * Copies the bundle, unless this APK's is there already. It appears whole or not at all; those of other APKs are
     * removed.
     *
     * @return its folder, or null if the APK has no bundle
     * @throws PackedBundleException if it cannot be written
     */
    fun unpack(): File? {
        val bundle = File(folder, version.toString())
        val present = !assets.list(ASSETS).isNullOrEmpty()
        if (present && bundle.isDirectory) return bundle
        folder.listFiles()?.forEach { it.deleteRecursively() }
        if (!present) return null
        val draft = File(folder, "$version.part")
        try {
            copy(ASSETS, draft)
            if (!draft.renameTo(bundle)) throw IOException("it cannot be renamed to $bundle")
        } catch (error: IOException) {
            draft.deleteRecursively()
            throw PackedBundleException(draft, error)
        }
        return bundle
    }

    private fun copy(asset: String, target: File) {
        val children = assets.list(asset).orEmpty()
        if (children.isEmpty()) {
            assets.open(asset).use { input -> target.outputStream().use { input.copyTo(it) } }
            return
        }
        if (!target.mkdirs()) throw IOException("$target cannot be made")
        children.forEach { copy("$asset/$it", File(target, it)) }
    }
}
