package org.squeezebert.edge.text.bundle

/**
 * A version as Python packages have them (PEP 440), which the names in a manifest's minimum_runtime are numbered by:
 * `1.5.1`, `2.0rc1`, `2.14.0.post1`, `2.13.0+cpu`.
 *
 * @property release its numbers, without zeros at the end
 */
internal class RuntimeVersion private constructor(
    private val epoch: Long,
    private val release: List<Long>,
    private val preRelease: Stage?,
    private val postRelease: Long?,
    private val development: Long?,
    private val local: List<String>,
) : Comparable<RuntimeVersion> {
    private data class Stage(val rank: Int, val number: Long)

    override fun compareTo(other: RuntimeVersion): Int = compareValuesBy(this, other, { it.epoch })
        .orElse { compareNumbers(release, other.release) }
        .orElse { compareValuesBy(stage, other.stage, { it.rank }, { it.number }) }
        // Without one: before any post-release, and behind any development release.
        .orElse { compareValues(postRelease ?: -1, other.postRelease ?: -1) }
        .orElse { compareValues(development ?: Long.MAX_VALUE, other.development ?: Long.MAX_VALUE) }
        .orElse { compareLocal(local, other.local) }

    override fun equals(other: Any?): Boolean = other is RuntimeVersion && compareTo(other) == 0

    override fun hashCode(): Int = release.hashCode()

    /** A development release of no other stage comes before all alphas; a final release behind all candidates. */
    private val stage: Stage
        get() = preRelease ?: if (postRelease == null && development != null) BEFORE_ALPHA else FINAL

    companion object {
        private val BEFORE_ALPHA = Stage(-1, 0)
        private val FINAL = Stage(3, 0)
        private val STAGES =
            mapOf("a" to 0, "alpha" to 0, "b" to 1, "beta" to 1, "c" to 2, "rc" to 2, "pre" to 2, "preview" to 2)
        private val PATTERN =
            Regex(
                """v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)""" +
                    """(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?)?""" +
                    """(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]+)?)?""" +
                    """(?:[-_.]?(dev)[-_.]?([0-9]+)?)?""" +
                    """(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?""",
            )

        /** The version that [text] says; null if it says none. */
        fun parse(text: String): RuntimeVersion? {
            val parts = PATTERN.matchEntire(text.trim().lowercase())?.groups ?: return null
            val numbers = parts.values(2).split('.').map { it.toLongOrNull() ?: return null }
            return RuntimeVersion(
                epoch = parts.number(1) ?: 0,
                release = numbers.dropLastWhile { it == 0L },
                preRelease = parts[3]?.let { Stage(STAGES.getValue(it.value), parts.number(4) ?: 0) },
                postRelease = parts.number(5) ?: parts[6]?.let { parts.number(7) ?: 0 },
                development = parts[8]?.let { parts.number(9) ?: 0 },
                local = parts.values(10).split('-', '_', '.').filter { it.isNotEmpty() },
            )
        }

        private fun MatchGroupCollection.values(index: Int): String = this[index]?.value.orEmpty()

        private fun MatchGroupCollection.number(index: Int): Long? = this[index]?.value?.toLongOrNull()
    }
}

/** Whether [version], as a runtime says it, is older than [needed], or none at all. */
internal fun isOlder(version: String, needed: RuntimeVersion): Boolean {
    // Of what is no version it is not known whether it computes right.
    val found = RuntimeVersion.parse(version) ?: return true
    return found < needed
}

private inline fun Int.orElse(next: () -> Int): Int = if (this != 0) this else next()

private fun compareNumbers(first: List<Long>, second: List<Long>): Int = first
    .zip(second) { a, b -> a.compareTo(b) }
    .find { it != 0 }
    ?: first.size.compareTo(second.size)

/** Numbers come behind words, and each part behind none. */
private fun compareLocal(first: List<String>, second: List<String>): Int = first
    .zip(second) { a, b ->
        val numbers = Pair(a.toLongOrNull(), b.toLongOrNull())
        when {
            numbers.first != null && numbers.second != null -> compareValues(numbers.first, numbers.second)
            numbers.first != null -> 1
            numbers.second != null -> -1
            else -> a.compareTo(b)
        }
    }.find { it != 0 }
    ?: first.size.compareTo(second.size)
