"""What an Android device's services say of heat and power: `dumpsys thermalservice`, `battery` and `power`.

The kernel's own files are closed to `adb shell` on most phones, so these are where temperatures come from.
"""

import re
from dataclasses import dataclass

from edge.devices.connection import Connection

# Below, one command prints all of it. A service that is missing (before Android 10 there is no thermalservice) leaves
# its part empty, and that is no error.
COMMAND = """
echo '== thermal'; dumpsys thermalservice 2>/dev/null
echo '== battery'; dumpsys battery 2>/dev/null
echo '== power'; dumpsys power 2>/dev/null | grep -E 'mWakefulness=|mBatterySaver|mLowPowerModeEnabled|mIsPowered='
echo '== settings'; settings get global low_power 2>/dev/null
true
"""
COMMAND_SECONDS = 30.0

# https://developer.android.com/reference/android/os/PowerManager#THERMAL_STATUS_NONE
THERMAL_STATUSES = ("NONE", "LIGHT", "MODERATE", "SEVERE", "CRITICAL", "EMERGENCY", "SHUTDOWN")

# android.hardware.thermal's TemperatureType: those that are no temperature but the battery's current and charge limits.
NO_TEMPERATURE = (-1, 6, 7, 8)
# Sensors that are off answer with values that nothing reaches.
POSSIBLE_C = (-40.0, 150.0)

TEMPERATURE = re.compile(r"Temperature\{mValue=(?P<value>[^,}]+), mType=(?P<kind>-?\d+),")
CURRENT, CACHED = "Current temperatures from HAL:", "Cached temperatures:"


@dataclass(frozen=True)
class AndroidState:
    """What holds an Android device's clocks down, and whether somebody sees its screen; None where it does not say.

    Attributes
    ----------
    thermal_status
        ``NONE`` to ``SHUTDOWN``.
    temperature_c
        Of the hottest sensor of the thermal service, else of the battery.
    awake
        Whether the screen is on. Asleep, Android keeps programs to its slow cores.
    battery_saver
        Whether the user switched it on; it lowers clocks.
    """

    thermal_status: str | None = None
    temperature_c: float | None = None
    awake: bool | None = None
    battery_saver: bool | None = None

    @property
    def thermal_state(self) -> str | None:
        """The thermal status as Android's documentation names it."""
        return None if self.thermal_status is None else f"THERMAL_STATUS_{self.thermal_status}"

    @property
    def throttled(self) -> bool | None:
        """Whether the system holds its clocks down now."""
        if self.thermal_status is None and not self.battery_saver:
            return None
        return bool(self.battery_saver) or self.thermal_status != "NONE"


def read_android_state(connection: Connection) -> AndroidState:
    """Ask the device's services; DeviceError if it is gone."""
    return parse_android_state(connection.run(COMMAND, COMMAND_SECONDS).stdout)


def parse_android_state(text: str) -> AndroidState:
    """Read what `COMMAND` prints; whatever is missing or unreadable is None."""
    parts = dict(re.findall(r"^== (\w+)\r?\n(.*?)(?=^== |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    thermal, power = parts.get("thermal", ""), parts.get("power", "")
    status = re.search(r"^Thermal Status: (\d+)", thermal, flags=re.MULTILINE)
    wakefulness = re.search(r"mWakefulness=(\w+)", power)
    saver = parts.get("settings", "").strip()
    hottest = _hottest(thermal)
    return AndroidState(
        thermal_status=THERMAL_STATUSES[int(status[1])] if status and int(status[1]) < len(THERMAL_STATUSES) else None,
        temperature_c=_battery(parts.get("battery", "")) if hottest is None else hottest,
        awake=wakefulness[1] == "Awake" if wakefulness else None,
        battery_saver=saver == "1" if saver in ("0", "1") else None,
    )


def _hottest(thermal: str) -> float | None:
    """Return degrees Celsius of the hottest sensor, as it is now rather than when it last told of a change."""
    for heading in (CURRENT, CACHED):
        # Indented lines follow the heading; the next heading is not indented.
        _, _, rest = thermal.partition(heading)
        lines = re.match(r"[^\S\n]*\n((?:[ \t]+.*\n?)*)", rest)
        found = [
            value
            for match in TEMPERATURE.finditer(lines[1] if lines else "")
            if int(match["kind"]) not in NO_TEMPERATURE
            for value in (_possible(match["value"]),)
            if value is not None
        ]
        if found:
            return max(found)
    return None


def _battery(battery: str) -> float | None:
    tenths = re.search(r"^\s*temperature: (-?\d+)\s*$", battery, flags=re.MULTILINE)
    return _possible(tenths[1], unit=0.1) if tenths else None


def _possible(text: str, unit: float = 1.0) -> float | None:
    """Return degrees Celsius; None if `text` is no number of `unit`, or none that a phone's sensor can mean."""
    try:
        value = round(float(text) * unit, 3)
    except (ValueError, OverflowError):
        return None
    return value if POSSIBLE_C[0] <= value <= POSSIBLE_C[1] else None
