"""What a device can compute with, as data: cores, their peaks, memory and accelerators, each with its source."""

from typing import Literal

from pydantic import ConfigDict, Field, PositiveFloat, PositiveInt

from edge.artifact import Strict

# The types of numbers that products are computed in.
Arithmetic = Literal["fp32", "fp16", "int8"]


class Data(Strict):
    """Base of what a file of data says: a text is no number, a fraction no whole number, and nothing is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Peak(Data):
    """The most that one core or accelerator does in a second; a multiply-accumulate is two operations.

    Attributes
    ----------
    fp32_gflops, fp16_gflops, int8_gops
        10^9 operations a second at the stated clock; None where it has no such arithmetic.
    source
        The page that says so, or the arithmetic; what has no source says that.
    """

    fp32_gflops: PositiveFloat | None = None
    fp16_gflops: PositiveFloat | None = None
    int8_gops: PositiveFloat | None = None
    source: str = Field(min_length=1)

    def operations(self, arithmetic: Arithmetic) -> float | None:
        """Return operations a second, or None where it has no such arithmetic."""
        giga = {"fp32": self.fp32_gflops, "fp16": self.fp16_gflops, "int8": self.int8_gops}[arithmetic]
        return None if giga is None else 1e9 * giga


class CoreKind(Data):
    """Equal cores.

    Attributes
    ----------
    part
        The core's name: ``Cortex-A76``.
    maximum_mhz
        Highest clock in 10^6 Hz, at which `peak` is.
    peak
        Of one core.
    """

    count: PositiveInt
    part: str = Field(min_length=1)
    maximum_mhz: PositiveFloat
    peak: Peak


class Memory(Data):
    """Main memory: 10^9 bytes a second at most."""

    gb_per_s: PositiveFloat
    source: str = Field(min_length=1)


class Accelerator(Data):
    """A processor beside the CPU.

    Attributes
    ----------
    backends
        The backends that reach it, by format.
    """

    name: str = Field(min_length=1)
    backends: dict[str, tuple[str, ...]]
    peak: Peak


class Hardware(Data):
    """A device's processors and memory.

    Attributes
    ----------
    instruction_sets
        Those that kernels for these numbers choose by, as Linux's /proc/cpuinfo names them; of the fastest cores.
    cores
        The fastest first.
    source
        Of the system on a chip, its cores and clocks.
    """

    soc: str = Field(min_length=1)
    instruction_sets: tuple[str, ...]
    source: str = Field(min_length=1)
    cores: tuple[CoreKind, ...] = Field(min_length=1)
    memory: Memory
    accelerators: tuple[Accelerator, ...] = ()

    def fastest(self, threads: int) -> list[CoreKind]:
        """Return the kind of each of the `threads` fastest cores, or of all cores where there are fewer."""
        each = [kind for kind in self.cores for _ in range(kind.count)]
        return each[:threads]
