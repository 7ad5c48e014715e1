"""The measurement rule over made-up times, and a device's state from made-up files: as the Python program does it."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.devices.state import read_state
from edge.devices.work import DeviceState
from edge.runner.compilation import SOURCES
from tests.runner.toolchain import Toolchain

pytestmark = pytest.mark.device

PARTS = ("measurement.cpp", "device_state.cpp", "cores.cpp")


@pytest.fixture(scope="module")
def say(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return a function that gives what the runner's parts say."""
    program = tmp_path_factory.mktemp("program") / "rule_and_state"
    environment = {**os.environ, **toolchain.environment()}
    sources = [Path(__file__).with_name("rule_and_state.cpp"), *(SOURCES / "source" / part for part in PARTS)]
    headers = [f"-I{folder}" for folder in environment["CMAKE_INCLUDE_PATH"].split(os.pathsep)]
    command = ["c++", "-std=c++17", "-O1", f"-I{SOURCES / 'source'}", *headers, *map(str, sources), "-o", str(program)]
    subprocess.run(command, check=True, env=environment)

    def run(*words: object) -> Any:
        return json.loads(subprocess.run([str(program), *map(str, words)], check=True, capture_output=True).stdout)

    return run


def test_warm_up_ends_after_the_first_window_near_the_one_before(say: Callable[..., Any]) -> None:
    # Windows of two: medians 20, 10, 9.8 ms. 10 is far from 20, 9.8 within 5% of 10.
    said = say("rule", 2, 0.05, 10, 4, 0, 20, 20, 10, 10, 9.8)

    assert said == {"warm_up": 6, "runs": 4, "warmed_up": True}


def test_a_median_is_not_moved_by_one_long_run(say: Callable[..., Any]) -> None:
    said = say("rule", 3, 0.05, 10, 1, 0, 10, 10, 500, 10, 10)

    assert said == {"warm_up": 6, "runs": 1, "warmed_up": True}


def test_warm_up_ends_with_its_time(say: Callable[..., Any]) -> None:
    # Each window is twice as slow as the one before: 2, 4, 8, 16 ms.
    said = say("rule", 1, 0.05, 0.014, 1, 0, 2, 4, 8, 16, 32)

    assert said == {"warm_up": 3, "runs": 1, "warmed_up": False}


def test_warm_up_has_two_windows_whatever_its_time(say: Callable[..., Any]) -> None:
    assert say("rule", 1, 0.05, 0, 1, 0, 2, 4, 8)["warm_up"] == 2


def test_runs_go_on_until_both_minima_are_reached(say: Callable[..., Any]) -> None:
    assert say("rule", 1, 0.05, 10, 3, 0.095, 10)["runs"] == 10
    assert say("rule", 1, 0.05, 10, 30, 0.095, 10)["runs"] == 30


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_the_state_is_what_the_python_program_reads(say: Callable[..., Any], tmp_path: Path) -> None:
    core = min(os.sched_getaffinity(0))
    write(tmp_path / "sys/class/thermal/thermal_zone0/temp", "48200\n")
    write(tmp_path / "sys/class/thermal/thermal_zone1/temp", "51900\n")
    write(tmp_path / "sys/class/thermal/thermal_zone2/temp", "")
    write(tmp_path / "sys/class/thermal/cooling_device0/temp", "90000\n")
    write(tmp_path / f"sys/devices/system/cpu/cpu{core}/cpufreq/scaling_cur_freq", "1800000\n")
    write(tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")

    said = DeviceState.model_validate(say("state", tmp_path))

    assert said == DeviceState(temperature_c=51.9, clock_mhz=1800.0, throttled=True)
    assert said == read_state(root=tmp_path)


def test_what_held_earlier_is_not_held_now(say: Callable[..., Any], tmp_path: Path) -> None:
    write(tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n")

    assert say("state", tmp_path)["throttled"] is False


def test_nothing_is_known_where_the_system_does_not_say(say: Callable[..., Any], tmp_path: Path) -> None:
    assert DeviceState.model_validate(say("state", tmp_path)) == DeviceState()
