"""What a machine with a POSIX shell is: one script, run there once, and what it printed as `DeviceInformation`."""

import hashlib
import os
import platform
import re
import shlex
import subprocess
import sys
import uuid
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Literal

from edge.devices.information import CoreGroup, DeviceInformation, DeviceKind
from edge.devices.linux_processors import core_groups, instruction_sets, read_processors
from edge.devices.state import THROTTLED_NOW
from edge.errors import DeviceError
from edge.runtimes.tflite_package import PACKAGES

# Packages that say something about what runs there, by each name that one is installed under.
DISTRIBUTIONS = {
    "squeezebert-edge": "squeezebert-edge",
    **{name: package.name for package in PACKAGES for name in package.distributions},
    "onnxruntime": "onnxruntime",
    "executorch": "executorch",
    "torch": "torch",
}

# ELF's e_machine (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html) and names as ``uname -m`` has them.
ELF_MACHINES = {3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64"}
ELF_MAGIC = [0x7F, *b"ELF"]

# Degrees Celsius; sensors that are off or missing say -274 or 0x7fff.
SENSIBLE_TEMPERATURES = (-40.0, 150.0)

# Words that firmware has instead of a name.
PLACEHOLDERS = ("", "system product name", "to be filled by o.e.m.", "default string", "none")

_HEADER = re.compile(r"\[([a-z-]+)\]")


HOST: Literal["host"] = "host"


@dataclass(frozen=True)
class Probe:
    """What the script found.

    Attributes
    ----------
    python
        The interpreter there that has squeezebert-edge, or else any; None without one.
    """

    information: DeviceInformation
    python: str | None


def probe_host() -> DeviceInformation:
    """Describe this machine: on Linux as any board is described, elsewhere by what Python knows."""
    if sys.platform != "linux":
        return _probe_by_python()
    command = ["sh", "-c", probe_command(sys.executable)]
    finished = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return parse_probe(finished.stdout.decode(errors="replace"), HOST, HOST).information


def probe_command(python: str | None = None) -> str:
    """Return the script for a shell; it looks for packages with `python` there, or the best Python that it finds."""
    script = resources.files("edge.devices").joinpath("posix_probe.sh").read_text(encoding="utf-8")
    packages = " ".join(DISTRIBUTIONS)
    return f"wanted_python={shlex.quote(python or '')} packages={shlex.quote(packages)}\n{script}"


def parse_probe(text: str, kind: DeviceKind, name: str) -> Probe:
    """Read what the script printed.

    Raises
    ------
    DeviceError
        If it printed too little.
    """
    found = sections(text)
    machine = _first(found, "machine")
    if machine is None:
        raise DeviceError(f"{name}: no POSIX shell answers there; this kind of device needs Linux or Android")
    architecture = _architecture(machine, found)
    packages = _lines(found, "python")
    temperatures = [temperature for line in _lines(found, "temperatures") for temperature in _temperature(line)]
    clocks = _clocks(found)
    governors = sorted({governor for _, _, governor in clocks} - {"-"})
    processors = read_processors(found.get("processors", []))
    information = DeviceInformation(
        kind=kind,
        name=name,
        identity=_identity(found),
        model=_model(found) or f"{_first(found, 'system') or 'unknown'} machine",
        soc=_soc(found),
        architecture=architecture,
        cores=core_groups(processors, {number: clock for number, clock, _ in clocks if clock > 0}),
        memory_mb=_memory(found),
        system=_system(found),
        kernel=_first(found, "kernel"),
        runtimes=_runtimes(packages[1:]),
        instruction_sets=instruction_sets(processors),
        governor=", ".join(governors) or None,
        temperature_c=max(temperatures, default=None),
        throttled=_throttled(found),
    )
    return Probe(information, packages[0] if packages else None)


def sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section that the script printed; what stands outside of them is left out."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if header := _HEADER.fullmatch(line):
            current = found.setdefault(header[1], [])
        elif line.startswith(" "):
            current.append(line[1:].strip())
    return found


def identity_of(*facts: str) -> str:
    """Return a short name for what tells a device from others, which does not give it away."""
    return hashlib.sha256("\n".join(["squeezebert-edge", *facts]).encode()).hexdigest()[:16]


def _lines(found: dict[str, list[str]], section: str) -> list[str]:
    return [line for line in found.get(section, []) if line]


def _first(found: dict[str, list[str]], section: str) -> str | None:
    return next(iter(_lines(found, section)), None)


def _architecture(machine: str, found: dict[str, list[str]]) -> str:
    """Return the architecture of programs: a 64-bit kernel may have 32-bit programs only."""
    header = [int(word) for line in _lines(found, "program") for word in line.split() if word.isdigit()]
    if len(header) >= 20 and header[:4] == ELF_MAGIC and header[18] in ELF_MACHINES:
        programs = ELF_MACHINES[header[18]]
        # 32-bit kernels say more exactly what they are: armv6l, i586.
        return machine if machine.startswith(programs[:3]) and machine not in ELF_MACHINES.values() else programs
    return {"arm64": "aarch64", "amd64": "x86_64"}.get(machine, machine)


def _model(found: dict[str, list[str]]) -> str | None:
    if (model := _first(found, "model")) is not None:
        return model
    product, vendor = _first(found, "product") or "", _first(found, "vendor") or ""
    if product.lower() not in PLACEHOLDERS:
        return product if vendor.lower() in PLACEHOLDERS or product.startswith(vendor) else f"{vendor} {product}"
    names = [line.partition(":")[2].strip() for line in _lines(found, "processors") if line.startswith("model name")]
    return f"{names[0]} machine" if names and names[0] else None


def _soc(found: dict[str, list[str]]) -> str | None:
    """Return the last, most general name of the device tree, which is the chip's: ``brcm,bcm2712``."""
    names = _lines(found, "compatible")
    return names[-1] if names else None


def _system(found: dict[str, list[str]]) -> str:
    fields = dict(line.split("=", 1) for line in _lines(found, "release") if "=" in line)
    try:
        words = shlex.split(fields.get("PRETTY_NAME", ""))
    except ValueError:
        words = []
    return " ".join(words) or _first(found, "system") or "unknown"


def _memory(found: dict[str, list[str]]) -> float | None:
    for line in _lines(found, "memory"):
        if kilobytes := re.fullmatch(r"MemTotal:\s+(\d+) kB", line):
            return round(int(kilobytes[1]) * 1024 / 1e6, 1)
    return None


def _temperature(line: str) -> list[float]:
    if not re.fullmatch(r"-?\d{1,9}", line):
        return []
    low, high = SENSIBLE_TEMPERATURES
    return [int(line) / 1000] if low < int(line) / 1000 < high else []


def _throttled(found: dict[str, list[str]]) -> bool | None:
    line = _first(found, "throttled") or ""
    return bool(int(line, 16) & THROTTLED_NOW) if re.fullmatch(r"(0x)?[0-9a-fA-F]{1,8}", line) else None


def _runtimes(versions: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in versions:
        name, _, version = line.partition(" ")
        if version:
            found.setdefault(DISTRIBUTIONS.get(name, name), version)
    return found


def _identity(found: dict[str, list[str]]) -> str:
    for section in ("serial", "machine-id"):
        value = _first(found, section) or ""
        # Boards without a number have zeros.
        if value.strip("0"):
            return identity_of(section, value)
    return identity_of("addresses", *sorted(_lines(found, "addresses")), _model(found) or "")


def _clocks(found: dict[str, list[str]]) -> list[tuple[str, float, str]]:
    """Return the number of each processor, its highest clock in 10^6 Hz (0 where it is not known) and its governor."""
    words = [line.split() for line in _lines(found, "clocks")]
    return [
        (line[0], int(line[1]) / 1000 if re.fullmatch(r"[0-9]{1,9}", line[1]) else 0.0, line[2])
        for line in words
        if len(line) == 3
    ]


def _probe_by_python() -> DeviceInformation:
    system = platform.system()
    version = platform.mac_ver()[0] if system == "Darwin" else platform.version()
    runtimes = {"Python": platform.python_version()}
    for distribution, package in DISTRIBUTIONS.items():
        try:
            runtimes.setdefault(package, metadata.version(distribution))
        except metadata.PackageNotFoundError:
            continue
    processor = platform.processor() or platform.machine()
    return DeviceInformation(
        kind=HOST,
        name=HOST,
        # The number of a network card; where there is none it is made up anew for each process.
        identity=identity_of("addresses", f"{uuid.getnode():012x}", processor),
        model=f"{processor} machine",
        architecture={"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine()),
        cores=[CoreGroup(count=os.cpu_count() or 1, part=processor)],
        system=f"{'macOS' if system == 'Darwin' else system} {version}",
        kernel=platform.release(),
        runtimes=runtimes,
    )
