package org.squeezebert.edge.text.device

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/** The file that a device program writes: one of the two. */
@Serializable
public data class Answer(val result: WorkResult? = null, val error: WorkError? = null)

/**
 * What a device program did.
 *
 * @property program name and version of the program
 * @property runtime name and version of what computed
 * @property loadMs from the file to a runtime that is ready to run, the runtime's library loaded before
 * @property worstCosine the worst golden example's cosine of the angle to its fp32 reference; null if none ran
 * @property timing null if nothing was measured
 * @property hazards of runtimes that can be looked into; empty here
 * @property layers pairs of a deviation and a text, of such runtimes; empty here
 * @property coreMl the devices of Core ML; null here
 */
@Serializable
public data class WorkResult(
    @SerialName("schema_version") val schemaVersion: Int = WORK_VERSION,
    val program: String,
    val runtime: String,
    val artifact: String,
    @SerialName("sequence_length") val sequenceLength: Int,
    val threads: Int,
    val cores: List<Int> = emptyList(),
    @SerialName("load_ms") val loadMs: Double,
    @SerialName("worst_cosine") val worstCosine: Double? = null,
    val timing: Timing? = null,
    val hazards: List<String> = emptyList(),
    val layers: List<JsonArray> = emptyList(),
    @SerialName("core_ml") val coreMl: JsonObject? = null,
)

/**
 * Why a device program did not do it.
 *
 * @property type as [org.squeezebert.edge.text.EdgeException.type]
 * @property message one line: what is wrong, where, what to do
 */
@Serializable
public data class WorkError(val type: String, val message: String)

/**
 * A measurement as the device took it: every run, nothing averaged.
 *
 * @property warmUpMs milliseconds of each run of the warm-up, in order
 * @property latenciesMs milliseconds of each run after it, in order
 * @property warmedUp whether the warm-up became stable within its time
 * @property peakRssMb peak resident memory of the program after the measurement, in 10^6 bytes; null where the system
 * does not say
 * @property before taken right before the warm-up
 * @property after taken right after the last run
 */
@Serializable
public data class Timing(
    @SerialName("warm_up_ms") val warmUpMs: List<Double>,
    @SerialName("latencies_ms") val latenciesMs: List<Double>,
    @SerialName("warmed_up") val warmedUp: Boolean,
    @SerialName("peak_rss_mb") val peakRssMb: Double?,
    val before: DeviceState,
    val after: DeviceState,
)

/**
 * What a measurement depends on beside the program; null where the device does not say.
 *
 * @property temperatureC degrees Celsius
 * @property clockMhz current clock of the fastest core that may be used, in 10^6 Hz
 * @property throttled whether the system holds its clocks down
 */
@Serializable
public data class DeviceState(
    @SerialName("temperature_c") val temperatureC: Double? = null,
    @SerialName("clock_mhz") val clockMhz: Double? = null,
    val throttled: Boolean? = null,
)

/**
 * What the app says of itself, to a start without a request.
 *
 * @property program name and version of the app
 * @property runtimes version of each runtime in it, by its name in minimum_runtime
 */
@Serializable
public data class AppDescription(
    @SerialName("schema_version") val schemaVersion: Int = WORK_VERSION,
    val program: String,
    val runtimes: Map<String, String>,
)
