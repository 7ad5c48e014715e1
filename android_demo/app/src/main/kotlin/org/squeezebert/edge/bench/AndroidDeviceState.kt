package org.squeezebert.edge.bench

import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.BatteryManager
import android.os.Build
import android.os.PowerManager
import org.squeezebert.edge.text.device.DeviceState
import java.io.File
import java.io.IOException

/**
 * What Android lets an app know of heat and clocks: its thermal status, the battery's temperature and the processors'
 * clocks. The sensors near the processor are closed to apps.
 */
internal class AndroidDeviceState(private val context: Context) {
    private val power = context.getSystemService(PowerManager::class.java)

    fun read(): DeviceState {
        // First, since the other two ask the system: a core that waits lowers its clock within milliseconds.
        val clockMhz = fastestClockMhz(PROCESSORS)
        return DeviceState(temperatureC = batteryCelsius(), clockMhz = clockMhz, throttled = isThrottled())
    }

    private fun isThrottled(): Boolean? = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
        power.currentThermalStatus >= PowerManager.THERMAL_STATUS_LIGHT
    } else {
        null
    }

    private fun batteryCelsius(): Double? {
        // The last one that was sent is returned at once; nobody is registered.
        val battery = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED))
        val tenths = battery?.getIntExtra(BatteryManager.EXTRA_TEMPERATURE, Int.MIN_VALUE) ?: Int.MIN_VALUE
        return if (tenths == Int.MIN_VALUE) null else tenths / 10.0
    }
}

private val PROCESSORS = File("/sys/devices/system/cpu")
private val PROCESSOR = Regex("cpu[0-9]+")

/** The highest clock that any processor in [folder] has now, in 10^6 Hz; null where the kernel does not say. */
internal fun fastestClockMhz(folder: File): Double? = folder
    .listFiles()
    .orEmpty()
    .filter { PROCESSOR.matches(it.name) }
    .mapNotNull { clockKhz(File(it, "cpufreq/scaling_cur_freq")) }
    .maxOrNull()
    ?.let { it / 1000.0 }

private fun clockKhz(file: File): Long? = try {
    file.readText().trim().toLongOrNull()
} catch (_: IOException) {
    // A processor that is switched off has no clock, and some phones keep it to themselves.
    null
}
