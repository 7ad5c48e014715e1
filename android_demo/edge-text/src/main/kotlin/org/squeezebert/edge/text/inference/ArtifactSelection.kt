package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.InputException
import org.squeezebert.edge.text.bundle.AndroidTarget
import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.bundle.Bundle
import org.squeezebert.edge.text.bundle.Manifest
import org.squeezebert.edge.text.bundle.RuntimeVersion
import org.squeezebert.edge.text.bundle.isOlder

/** What Android's runtimes are given to run on; bundles that are older than backends have none. */
private val BACKENDS = setOf("", "xnnpack")

/**
 * Why an artifact cannot be run right here.
 *
 * @param loaders all that the app has
 * @return null if it can, else the reason and what to do, in one line
 */
public fun whyNot(artifact: ArtifactInfo, loaders: List<EngineLoader>): String? {
    val loader = loaders.find { it.format == artifact.format }
    if (loader == null || artifact.backend !in BACKENDS) {
        val backend = artifact.backend.ifEmpty { "any backend" }
        return "${artifact.id} is not for Android: this app runs ${loaders.joinToString(" and ") {
            it.format
        }} artifacts" +
            " for xnnpack, and it is ${artifact.format} for $backend"
    }
    val needed =
        artifact.minimumRuntime[loader.runtimeName]
            ?: return "${artifact.id} needs another runtime than ${loader.runtimeName}; build the bundle again"
    val minimum =
        RuntimeVersion.parse(needed)
            ?: return "${artifact.id}: '$needed' in minimum_runtime is no version; build the bundle again"
    if (!isOlder(loader.version, minimum)) return null
    return "this app's ${loader.runtimeName} ${loader.version} does not compute ${artifact.id} right, which needs at" +
        " least $needed; install a newer app"
}

/** The artifacts of a bundle that [loaders] run right, in the manifest's order. */
public fun usableArtifacts(manifest: Manifest, loaders: List<EngineLoader>): List<ArtifactInfo> =
    manifest.artifacts.filter { whyNot(it, loaders) == null }

/**
 * The artifacts of the same format, backend and recipe as [artifact], of all lengths: what a `Model` takes.
 *
 * @param loaders all that the app has; an artifact that they do not run right is left out
 */
public fun artifactsLike(manifest: Manifest, artifact: ArtifactInfo, loaders: List<EngineLoader>): List<ArtifactInfo> =
    usableArtifacts(manifest, loaders).filter { it.family == artifact.family }

/**
 * The artifacts that suit a device best, of one format, backend and recipe, one for each length.
 *
 * That is what the manifest names for the target if it runs here, else the first by the target's order of formats and
 * recipes; what the target does not know comes last.
 *
 * @throws InputException if nothing in the bundle runs here
 */
public fun bestArtifacts(bundle: Bundle, target: AndroidTarget, loaders: List<EngineLoader>): List<ArtifactInfo> {
    val manifest = bundle.manifest
    val usable = usableArtifacts(manifest, loaders)
    val named = manifest.targets[target.name]?.let { id -> usable.find { it.id == id } }
    val best = named ?: rank(target, usable).firstOrNull()
    if (best == null) {
        val reasons = manifest.artifacts.mapNotNull { whyNot(it, loaders) }
        val why = reasons.firstOrNull() ?: "it has no artifacts; build it again"
        throw InputException("${bundle.directory}: nothing here runs on this device: $why")
    }
    return artifactsLike(manifest, best, loaders)
}

/** CPU threads for one inference: the manifest's for the target, else the target's own; at most [cores]. */
public fun threadsFor(manifest: Manifest, target: AndroidTarget, cores: Int): Int =
    (manifest.targetThreads[target.name] ?: target.threads).coerceIn(1, maxOf(1, cores))

/** The artifacts in the order that [target] prefers them in: by format, recipe, then the longest. */
internal fun rank(target: AndroidTarget, artifacts: List<ArtifactInfo>): List<ArtifactInfo> = artifacts.sortedWith(
    compareBy(
        { place(target.formats, it.format) },
        { place(target.recipes, it.recipe) },
        { -it.sequenceLengths.last() },
    ),
)

private fun place(order: List<String>, name: String): Int = order.indexOf(name).takeIf { it >= 0 } ?: order.size

private val ArtifactInfo.family: Triple<String, String, String>
    get() = Triple(format, backend.ifEmpty { "xnnpack" }, recipe)
