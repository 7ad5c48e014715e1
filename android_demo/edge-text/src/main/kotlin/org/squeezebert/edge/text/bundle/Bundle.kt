package org.squeezebert.edge.text.bundle

import org.squeezebert.edge.text.InputException
import java.io.File
import java.io.IOException

/** Name of the file that makes a folder a bundle. */
public const val MANIFEST: String = "manifest.json"

private const val GOLDEN = "golden"

/**
 * A bundle in a folder: everything that an app loads.
 *
 * A file's size and SHA-256 are compared with the manifest's before its first use through one of the functions here,
 * once for each object of this class. All functions may be called from several threads.
 */
public class Bundle private constructor(public val directory: File, public val manifest: Manifest) {
    private val checked = mutableSetOf<String>()

    /**
     * The artifact called [id].
     *
     * @throws InputException if the bundle has none of that name
     */
    public fun artifact(id: String): ArtifactInfo = manifest.artifacts.find { it.id == id }
        ?: throw InputException(
            "no artifact '$id' in $directory: it has ${manifest.artifacts.joinToString { it.id }}",
        )

    /**
     * The file of [artifact], its checksum checked.
     *
     * @throws InputException if it is missing or damaged
     */
    public fun artifactFile(artifact: ArtifactInfo): File = checkedFile(artifact.fileInfo)

    /**
     * The folder of the tokenizer, the checksums of its files checked.
     *
     * @throws InputException if one is missing or damaged
     */
    public fun tokenizerDirectory(): File {
        val folder = manifest.tokenizer.directory
        if (manifest.tokenizerFiles.none { it.file == "$folder/tokenizer.json" }) {
            throw InputException("$directory: $folder/tokenizer.json is not in its $MANIFEST; build the bundle again")
        }
        manifest.tokenizerFiles.forEach(::checkedFile)
        return File(directory, folder)
    }

    /**
     * The golden vectors of one length, their checksums checked.
     *
     * @throws InputException if they are missing or damaged
     */
    public fun golden(sequenceLength: Int): Golden {
        val (index, data) = goldenFiles(sequenceLength).map(::checkedFile)
        return readGolden(index, data, sequenceLength)
    }

    /**
     * Checks all that inference with [artifact] reads: its file and the tokenizer's, and the golden vectors of its
     * lengths. For a screen that says whether a bundle is whole; the other functions check what they need themselves.
     *
     * @throws InputException if one is missing or damaged
     */
    public fun check(artifact: ArtifactInfo) {
        artifactFile(artifact)
        tokenizerDirectory()
        artifact.sequenceLengths.flatMap(::goldenFiles).forEach(::checkedFile)
    }

    private fun goldenFiles(sequenceLength: Int): List<FileInfo> = listOf("json", "f32").map { kind ->
        val name = "$GOLDEN/$sequenceLength.$kind"
        manifest.golden.find { it.file == name }
            ?: throw InputException("$directory: $name is not in its $MANIFEST; build the bundle again")
    }

    @Synchronized
    private fun checkedFile(entry: FileInfo): File {
        val file = File(directory, entry.file)
        if (entry.file in checked) return file
        if (!file.isFile) throw InputException("$file: missing; copy the bundle again")
        val size = file.length()
        if (size != entry.bytes) {
            throw InputException("$file: has $size bytes, not the manifest's ${entry.bytes}; copy the bundle again")
        }
        val found =
            try {
                sha256(file)
            } catch (error: IOException) {
                throw InputException("$file: cannot be read (${error.message}); copy the bundle again", error)
            }
        if (found != entry.sha256) {
            throw InputException("$file: its checksum differs from the manifest's; copy the bundle again")
        }
        checked += entry.file
        return file
    }

    public companion object {
        /**
         * Reads the bundle in [directory].
         *
         * @throws InputException if it is missing, is no bundle, or was written by another version
         */
        public fun open(directory: File): Bundle {
            val path = File(directory, MANIFEST)
            if (!directory.isDirectory) {
                throw InputException("$directory: no such bundle; make one with 'squeezebert-edge build'")
            }
            if (!path.exists()) throw InputException("$directory: not a bundle, it has no $MANIFEST")
            return Bundle(directory, readManifest(path))
        }

        private fun readManifest(path: File): Manifest {
            val manifest = readDocument(path, Manifest.serializer(), MANIFEST_VERSION, "build the bundle again")
            (manifest.files().map { it.file } + manifest.tokenizer.directory).find(::isOutside)?.let {
                throw InputException("$path: $it points outside of the bundle")
            }
            manifest.artifacts.find { it.sequenceLengths.isEmpty() }?.let {
                throw InputException("$path: ${it.id} has no sequence length; build the bundle again")
            }
            return manifest
        }

        private fun isOutside(name: String): Boolean = File(name).isAbsolute || ".." in name.split('/')
    }
}

private fun Manifest.files(): List<FileInfo> =
    artifacts.map { it.fileInfo } + artifacts.mapNotNull { it.layerValues } + golden + tokenizerFiles + quantization
