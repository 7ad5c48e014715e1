package org.squeezebert.edge.text.device

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** The version of docs/device-work.schema.json that these classes read and write. */
public const val WORK_VERSION: Int = 1

/**
 * What a device program does: load one artifact, measure it, run the golden vectors.
 *
 * @property bundle folder with manifest.json and the files of this artifact; absolute, or relative to the request's
 * @property artifact its id in the manifest
 * @property sequenceLength one of the artifact's
 * @property threads CPU threads of one inference
 * @property cores logical processors to run on; empty leaves it to the system
 * @property measurement null measures nothing
 * @property outputs file for the outputs on the golden examples; absolute, or relative to the answer's folder; null
 * runs no golden example
 * @property computeUnits what Core ML may use; means nothing to the runtimes of this app, like to all but Core ML
 */
@Serializable
public data class WorkRequest(
    @SerialName("schema_version") val schemaVersion: Int = WORK_VERSION,
    val bundle: String,
    val artifact: String,
    @SerialName("sequence_length") val sequenceLength: Int,
    val threads: Int,
    val cores: List<Int> = emptyList(),
    val measurement: MeasurementRule? = null,
    val outputs: String? = null,
    @SerialName("compute_units") val computeUnits: ComputeUnits? = null,
)

/** What `--compute-units` allows. */
@Serializable
public enum class ComputeUnits {
    @SerialName("cpu")
    CPU,

    @SerialName("gpu")
    GPU,

    @SerialName("ne")
    NEURAL_ENGINE,

    @SerialName("all")
    ALL,
}

/**
 * When a measurement is long enough.
 *
 * Runs are timed in windows of [warmUpWindow] until the median of one is less than [warmUpTolerance] from the median of
 * the window before, relative to that; or, not warmed up, once two windows are done and [warmUpSeconds] have passed.
 * Then runs are timed one by one until there are [minimumRuns] and [minimumSeconds] have passed.
 */
@Serializable
public data class MeasurementRule(
    @SerialName("warm_up_window") val warmUpWindow: Int = 5,
    @SerialName("warm_up_tolerance") val warmUpTolerance: Double = 0.05,
    @SerialName("warm_up_seconds") val warmUpSeconds: Double = 10.0,
    @SerialName("minimum_runs") val minimumRuns: Int = 100,
    @SerialName("minimum_seconds") val minimumSeconds: Double = 10.0,
)
