"""What Android's services print, as phones print it, and what is read from it."""

from hypothesis import given
from hypothesis import strategies as st

from edge.devices.android_state import AndroidState, parse_android_state

# Of a phone of 2023 with Android 16: the cached values are from the last change, the sensors were hot then.
THERMAL = """== thermal
IsStatusOverride: false
ThermalEventListeners:
\tcallbacks: 4
\tkilled: false
\tbroadcasts count: -1
Thermal Status: 0
Cached temperatures:
\tTemperature{mValue=84.208, mType=0, mName=CPU, mStatus=0}
\tTemperature{mValue=48.517, mType=3, mName=SKIN, mStatus=0}
HAL Ready: true
Current temperatures from HAL:
\tTemperature{mValue=57.9, mType=0, mName=CPU, mStatus=0}
\tTemperature{mValue=34.351, mType=3, mName=SKIN, mStatus=0}
\tTemperature{mValue=100.0, mType=8, mName=soc, mStatus=0}
\tTemperature{mValue=NaN, mType=9, mName=NPU, mStatus=0}
\tTemperature{mValue=-274.0, mType=5, mName=modem, mStatus=0}
Current cooling devices from HAL:
\tCoolingDevice{mValue=0, mType=3, mName=thermal-cpufreq-0}
Temperature static thresholds from HAL:
\tTemperatureThreshold{mType=3, mName=SKIN, mHotThrottlingThresholds=[NaN, NaN, NaN, 50.0, 70.0, 80.0, 90.0]}
"""
BATTERY = """== battery
Current Battery Service state:
  AC powered: false
  USB powered: true
  status: 2
  health: 2
  level: 75
  scale: 100
  voltage: 4156
  temperature: 357
  technology: Li-ion
"""
POWER = """== power
  mWakefulness=Awake
  mIsPowered=true
"""
SETTINGS = "== settings\n0\n"


def test_state_is_that_of_the_hottest_sensor_now():
    state = parse_android_state(THERMAL + BATTERY + POWER + SETTINGS)

    assert state == AndroidState(thermal_status="NONE", temperature_c=57.9, awake=True, battery_saver=False)
    assert state.throttled is False


def test_cached_temperatures_count_where_there_are_no_others():
    state = parse_android_state(THERMAL.replace("Current temperatures from HAL:", "Something else:"))

    assert state.temperature_c == 84.208


def test_battery_s_temperature_is_better_than_none():
    """Before Android 10 there is no thermal service."""
    assert parse_android_state("== thermal\n" + BATTERY + POWER).temperature_c == 35.7


def test_thermal_status_and_battery_saver_throttle():
    hot = parse_android_state(THERMAL.replace("Thermal Status: 0", "Thermal Status: 2") + SETTINGS)
    saving = parse_android_state(THERMAL + SETTINGS.replace("0", "1"))

    assert (hot.thermal_status, hot.throttled) == ("MODERATE", True)
    assert (saving.thermal_status, saving.throttled) == ("NONE", True)


def test_a_sleeping_screen_is_seen():
    assert parse_android_state(POWER.replace("Awake", "Asleep")).awake is False


def test_nothing_is_known_of_a_device_without_services():
    assert parse_android_state("== thermal\n== battery\n== power\n== settings\n") == AndroidState()
    assert AndroidState().throttled is None


PIECES = [THERMAL, BATTERY, POWER, SETTINGS, "== ", "\r\n", "Thermal Status: 99", "Temperature{mValue=x, mType=0,"]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text()), max_size=8))
def test_no_text_breaks_it(parts):
    state = parse_android_state("".join(parts))

    assert state.temperature_c is None or state.temperature_c >= -40
