package org.squeezebert.edge.bundles

import java.io.File

/** Where adb puts bundles that the app reads in place: apps may read what the shell writes there. */
internal const val PUSHED_BUNDLES: String = "/data/local/tmp/squeezebert-edge-bundles"

/**
 * A folder that should be a bundle.
 *
 * @property packed whether it came with the app
 */
internal data class BundleFolder(val directory: File, val packed: Boolean)

/** Whether no other bundle of [all] in its own folder has the name of [folder]. */
internal fun isNameUnique(folder: BundleFolder, all: List<BundleFolder>): Boolean =
    all.count { !it.packed && it.directory.name == folder.directory.name } <= 1

/**
 * What was found.
 *
 * @property closed places that the app may not look into
 */
internal data class FoundBundles(val folders: List<BundleFolder>, val closed: List<File>)

/**
 * Looks for bundles: the app's own, then each folder in [places].
 *
 * @param packed the app's own bundle; null if it has none
 */
internal fun findBundles(packed: File?, places: List<File>): FoundBundles {
    val folders = mutableListOf<BundleFolder>()
    val closed = mutableListOf<File>()
    if (packed != null) folders += BundleFolder(packed, packed = true)
    for (place in places) {
        if (!place.exists()) continue
        val (open, unreadable) = (listOf(place) + foldersIn(place)).partition { it.canRead() && it.canExecute() }
        folders += (open - place).map { BundleFolder(it, packed = false) }
        closed += unreadable
    }
    return FoundBundles(folders, closed)
}

private fun foldersIn(place: File): List<File> = place.listFiles().orEmpty().filter { it.isDirectory }.sorted()
