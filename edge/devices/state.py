"""Temperature, clock and throttling of a Linux machine, as its kernel says them."""

import os
from collections.abc import Iterable
from pathlib import Path

from edge.devices.work import DeviceState

ROOT = Path("/")

# Bits of the Raspberry Pi firmware's answer that hold now, not once since it started: under-voltage, clock capped,
# throttled, soft temperature limit (https://www.raspberrypi.com/documentation/computers/os.html#get_throttled).
THROTTLED_NOW = 0xF


def read_state(cores: Iterable[int] = (), root: Path = ROOT) -> DeviceState:
    """Return the state of this machine; of systems without Linux's files nothing is known.

    Parameters
    ----------
    cores
        Logical processors whose highest clock counts; empty for all.
    root
        Folder with Linux's ``sys``.
    """
    temperatures = _numbers(root.glob("sys/class/thermal/thermal_zone*/temp"))
    cpus = root / "sys/devices/system/cpu"
    pattern = "cpufreq/scaling_cur_freq"
    clocks = _numbers([cpus / f"cpu{core}" / pattern for core in cores] or cpus.glob(f"cpu[0-9]*/{pattern}"))
    firmware = _text(root / "sys/devices/platform/soc/soc:firmware/get_throttled")
    return DeviceState(
        temperature_c=max(temperatures) / 1000 if temperatures else None,
        clock_mhz=max(clocks) / 1000 if clocks else None,
        throttled=bool(int(firmware, 16) & THROTTLED_NOW) if firmware is not None else None,
    )


def _numbers(files: Iterable[Path]) -> list[int]:
    """Return what the files hold, those left out that cannot be read: a sensor that is off gives an error."""
    texts = [text for file in files for text in (_text(file),) if text is not None]
    return [int(text) for text in texts if text.lstrip("-").isdigit()]


def _text(file: Path) -> str | None:
    try:
        # Some sensors block for a moment; a plain read is what they expect.
        with open(os.fspath(file), encoding="ascii", errors="replace") as opened:
            return opened.read().strip() or None
    except OSError:
        return None
