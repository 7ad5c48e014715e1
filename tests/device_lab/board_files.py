"""What a Raspberry Pi 5's kernel says in /sys: a folder that tests may change."""

import shutil
from pathlib import Path

from benchmarks.aarch64.processor_files import MAXIMUM_KHZ, MINIMUM_KHZ, write_processor_files

MODEL = "Raspberry Pi 5 Model B Rev 1.0"
# The kernel ends each string of the device tree with a zero byte.
DEVICE_TREE = {
    "model": f"{MODEL}\0",
    "compatible": "raspberrypi,5-model-b\0brcm,bcm2712\0",
    "serial-number": "c0ffee0000000001\0",
}
FREQUENCY_POLICY = {
    "cpuinfo_max_freq": str(MAXIMUM_KHZ),
    "cpuinfo_min_freq": str(MINIMUM_KHZ),
    "scaling_available_governors": "conservative ondemand userspace powersave performance schedutil",
    "scaling_cur_freq": str(MAXIMUM_KHZ),
    "scaling_governor": "ondemand",
    "scaling_max_freq": str(MAXIMUM_KHZ),
    "scaling_min_freq": str(MINIMUM_KHZ),
}
THERMAL_ZONE = {"type": "cpu-thermal", "temp": "48550", "mode": "enabled", "policy": "step_wise"}


def write_board_files(system: Path, cores: int) -> None:
    """Write them under `system`, the folder that the board sees as ``/sys``.

    Parameters
    ----------
    cores
        As many as processes there may really run on.
    """
    write_processor_files(system.parent, cores)
    # qemu answers for /proc/cpuinfo itself.
    shutil.rmtree(system.parent / "proc")
    processors = system / "devices/system/cpu"
    affected = {"affected_cpus": " ".join(str(core) for core in range(cores))}
    _write(processors / "cpufreq/policy0", {name: f"{text}\n" for name, text in (FREQUENCY_POLICY | affected).items()})
    for core in range(cores):
        own = processors / f"cpu{core}" / "cpufreq"
        shutil.rmtree(own, ignore_errors=True)
        own.symlink_to("../cpufreq/policy0")
    _write(system / "class/thermal/thermal_zone0", {name: f"{text}\n" for name, text in THERMAL_ZONE.items()})
    _write(system / "firmware/devicetree/base", DEVICE_TREE)


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="ascii")
