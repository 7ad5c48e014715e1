package org.squeezebert.edge.text.bundle

/**
 * A kind of Android device: which artifacts suit it, as the targets of squeezebert-edge say it (edge/targets).
 *
 * @property name key in a manifest's targets and target_threads
 * @property models patterns of Build.MODEL with `*` for any characters and `[...]` for one of several; none for what is
 * no model that is known
 * @property formats in order of preference
 * @property recipes in order of preference; the format comes first
 * @property threads CPU threads that one inference is fastest with
 */
public data class AndroidTarget(
    val name: String,
    val models: List<String>,
    val formats: List<String>,
    val recipes: List<String>,
    val threads: Int,
) {
    /** Whether Android's Build.MODEL is one of this target's. */
    internal fun isModel(model: String): Boolean = models.any { pattern(it).matches(model.trim()) }

    public companion object {
        private val PHONE_FORMATS = listOf("executorch", "tflite")
        private val PHONE_RECIPES = listOf("int8-dynamic", "int8-static", "fp32")

        /** What a device is whose model is not known. */
        public val GENERIC: AndroidTarget =
            AndroidTarget(
                name = "generic-arm64",
                models = emptyList(),
                formats = listOf("tflite", "executorch"),
                recipes = listOf("int8-dynamic", "int8-weight", "int8-static", "fp16", "fp32"),
                threads = 4,
            )

        /** All that are known. */
        public val ALL: List<AndroidTarget> =
            listOf(
                AndroidTarget("pixel-3", listOf("Pixel 3", "Pixel 3 XL"), PHONE_FORMATS, PHONE_RECIPES, 4),
                AndroidTarget("pixel-8", listOf("Pixel 8", "Pixel 8 Pro", "Pixel 8a"), PHONE_FORMATS, PHONE_RECIPES, 4),
                AndroidTarget(
                    "galaxy-s24",
                    listOf("SM-S921[UW0]*", "SM-S926[UW0]*", "SM-S928*"),
                    PHONE_FORMATS,
                    PHONE_RECIPES,
                    4,
                ),
                GENERIC,
            )

        /** The target that a device with this Build.MODEL is. */
        public fun of(model: String): AndroidTarget = ALL.find { it.isModel(model) } ?: GENERIC

        private fun pattern(glob: String): Regex = Regex(
            glob.split(Regex("(?<=\\])|(?=\\[)|(?<=\\*)|(?=\\*)")).joinToString("") {
                when {
                    it == "*" -> ".*"
                    it.startsWith("[") -> it
                    else -> Regex.escape(it)
                }
            },
        )
    }
}
