"""The devices that Core ML may use; only macOS has the choice."""

from enum import StrEnum


class ComputeUnits(StrEnum):
    """What ``--compute-units`` allows; Core ML always has the CPU to fall back on."""

    cpu = "cpu"
    gpu = "gpu"
    ne = "ne"
    all = "all"
