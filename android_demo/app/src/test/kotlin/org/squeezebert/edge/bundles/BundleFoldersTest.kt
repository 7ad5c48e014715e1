package org.squeezebert.edge.bundles

import org.squeezebert.edge.inTemporaryFolder
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals

class BundleFoldersTest {
    @Test
    fun `the app's own bundle comes first, then each place's in order`() = inTemporaryFolder { folder ->
        val places = listOf("files", "pushed").map { File(folder, it) }
        for (name in listOf("files/b", "pushed/c", "files/a")) File(folder, name).mkdirs()
        File(folder, "files/note.txt").writeText("no bundle")
        val found = findBundles(File(folder, "packed"), places + File(folder, "missing"))
        assertEquals(listOf("packed", "a", "b", "c"), found.folders.map { it.directory.name })
        assertEquals(listOf(true, false, false, false), found.folders.map { it.packed })
        assertEquals(emptyList(), found.closed)
    }

    @Test
    fun `a place that is no folder is closed`() = inTemporaryFolder { folder ->
        val place = File(folder, "bundles").also { it.writeText("a file") }
        place.setExecutable(false)
        val found = findBundles(packed = null, places = listOf(place))
        assertEquals(emptyList(), found.folders)
        assertEquals(listOf(place), found.closed)
    }

    @Test
    fun `two bundles of one name are not told apart by it`() {
        val (first, second, third) =
            listOf("files/phone", "pushed/phone", "pushed/tablet").map { BundleFolder(File(it), packed = false) }
        val packed = BundleFolder(File("packed/tablet"), packed = true)
        val all = listOf(packed, first, second, third)
        assertEquals(listOf(false, false, true), listOf(first, second, third).map { isNameUnique(it, all) })
    }
}
