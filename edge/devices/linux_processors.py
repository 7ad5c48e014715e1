"""Processors as Linux lists them in /proc/cpuinfo."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.devices.arm_cores import core_name
from edge.devices.information import CoreGroup

# Words of /proc/cpuinfo that XNNPACK and onnxruntime choose kernels by.
INSTRUCTION_SETS = {
    *("neon", "vfpv4", "asimd", "asimdhp", "fphp", "asimddp", "i8mm", "bf16", "sve", "sve2", "svei8mm", "svebf16"),
    *("sme", "sme2", "ssse3", "sse4_1", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx_vnni_int8"),
    *("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512_vnni", "avx512_bf16", "avx512_fp16"),
    *("amx_tile", "amx_int8", "amx_bf16"),
}


@dataclass(frozen=True)
class Processor:
    """A logical processor.

    Attributes
    ----------
    number
        The system's.
    fields
        What /proc/cpuinfo says of it, and of all.
    """

    number: str
    fields: Mapping[str, str]

    @property
    def part(self) -> str:
        """What kind of core it is."""
        numbers = [self.fields.get(key, "") for key in ("CPU implementer", "CPU part")]
        if all(re.fullmatch(r"0x[0-9a-fA-F]{1,4}", number) for number in numbers):
            return core_name(int(numbers[0], 16), int(numbers[1], 16))
        known = (self.fields.get(key) for key in ("model name", "Processor", "uarch"))
        return next((name for name in known if name), "unknown")

    @property
    def core(self) -> tuple[str, ...]:
        """The core that it is a thread of; x86 says which threads belong together."""
        if {"physical id", "core id"} <= self.fields.keys():
            return self.fields["physical id"], self.fields["core id"]
        return (self.number,)


def read_processors(lines: Sequence[str]) -> list[Processor]:
    """Read the lines of /proc/cpuinfo; fields that stand beside all processors are each one's."""
    processors: list[tuple[str, dict[str, str]]] = []
    shared: dict[str, str] = {}
    fields = shared
    for line in lines:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            fields = shared
        elif key == "processor" and re.fullmatch(r"[0-9]+", value):
            fields = {}
            processors.append((value, fields))
        elif colon:
            fields[key] = value
    return [Processor(number, {**shared, **own}) for number, own in processors]


def core_groups(processors: Sequence[Processor], maximum_mhz: Mapping[str, float]) -> list[CoreGroup]:
    """Return groups of equal cores, the fastest last; threads of one core count once.

    Parameters
    ----------
    maximum_mhz
        Highest clock in 10^6 Hz by the processor's number, where it is known.
    """
    cores = {processor.core: processor for processor in reversed(processors)}.values()
    groups = Counter((maximum_mhz.get(core.number, 0.0), core.part) for core in cores)
    return [
        CoreGroup(count=count, part=part, maximum_mhz=clock or None) for (clock, part), count in sorted(groups.items())
    ]


def instruction_sets(processors: Sequence[Processor]) -> list[str]:
    """Return what kernels are chosen by and every processor has: a program may run on any."""
    sets = [set((each.fields.get("Features") or each.fields.get("flags") or "").split()) for each in processors]
    return sorted(set.intersection(*sets) & INSTRUCTION_SETS) if sets else []
