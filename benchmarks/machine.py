"""What the figures depend on: processor, memory, system."""

import os
import platform
from pathlib import Path

from edge.artifact import Strict

# Instruction sets that decide how fast matrix products are, x86-64 then aarch64, as /proc/cpuinfo names them.
FLAGS = (
    "avx2",
    "fma",
    "f16c",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "amx_tile",
    "amx_int8",
    "asimddp",
    "asimdhp",
    "i8mm",
    "bf16",
    "sve",
    "hypervisor",
)


class Machine(Strict):
    """Facts of the machine that measured; `flags` are those of `FLAGS` that it has."""

    processor: str
    cores: int
    memory_bytes: int
    flags: list[str]
    system: str
    python: str


def describe_machine() -> Machine:
    """Return the facts of this machine."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(":", 1) for line in cpu if ":" in line)
    named = {name.strip(): value.strip() for name, value in fields.items()}
    flags = (named.get("flags") or named.get("Features") or "").split()
    return Machine(
        processor=named.get("model name", platform.machine()),
        cores=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        flags=[flag for flag in FLAGS if flag in flags],
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
    )
