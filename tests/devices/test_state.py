"""Temperature, clock and throttling as Linux says them."""

import pytest

from edge.devices.state import read_state
from edge.devices.work import DeviceState

THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled"


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_hottest_zone_counts(tmp_path):
    zones = "sys/class/thermal/thermal_zone"
    write(tmp_path, {f"{zones}0/temp": "48312\n", f"{zones}1/temp": "51050\n", f"{zones}2/temp": "-3000\n"})

    assert read_state(root=tmp_path).temperature_c == 51.05


@pytest.mark.parametrize(("cores", "clock"), [((), 2400), ((0,), 1500), ((0, 1), 2400)])
def test_fastest_of_the_cores_counts(tmp_path, cores, clock):
    cpus = "sys/devices/system/cpu"
    write(
        tmp_path,
        {
            f"{cpus}/cpu0/cpufreq/scaling_cur_freq": "1500000\n",
            f"{cpus}/cpu1/cpufreq/scaling_cur_freq": "2400000\n",
            f"{cpus}/cpufreq/policy0/scaling_cur_freq": "9000000\n",
        },
    )

    assert read_state(cores, tmp_path).clock_mhz == clock


# 0x50000: it was throttled once since it started; 0x50005: and is now.
@pytest.mark.parametrize(("firmware", "throttled"), [("0\n", False), ("50000\n", False), ("50005\n", True)])
def test_raspberry_pi_says_whether_it_is_throttled_now(tmp_path, firmware, throttled):
    write(tmp_path, {THROTTLED: firmware})

    assert read_state(root=tmp_path).throttled is throttled


def test_nothing_is_known_where_there_are_no_such_files(tmp_path):
    assert read_state(root=tmp_path) == DeviceState()


def test_sensor_that_says_nothing_is_left_out(tmp_path):
    write(tmp_path, {"sys/class/thermal/thermal_zone0/temp": "", "sys/class/thermal/thermal_zone1/temp": "N/A\n"})

    assert read_state(root=tmp_path).temperature_c is None
