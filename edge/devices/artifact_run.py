"""What one artifact did on a device."""

from dataclasses import dataclass

from edge.devices.work import WorkResult
from edge.golden import Outputs


@dataclass(frozen=True)
class ArtifactRun:
    """The device's answer, and the outputs that it brought back.

    Attributes
    ----------
    result
        Its ``hazards`` are what breaks on the way, a line for each operation; its ``layers`` how many decibels each
        operation that stands for a layer of the model is from it, and which that is, in the order of the program.
    outputs
        For each golden example its outputs by name, at the example's positions; None if they were not asked for.
    """

    result: WorkResult
    outputs: tuple[Outputs, ...] | None
