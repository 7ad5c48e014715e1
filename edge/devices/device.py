"""A device: where artifacts run, whatever carries them there."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from edge.child_process import Stage
from edge.compute_units import ComputeUnits
from edge.devices.artifact_run import ArtifactRun
from edge.devices.information import DeviceInformation
from edge.devices.work import MeasurementRule
from edge.manifest import ArtifactInfo


@dataclass(frozen=True)
class Work:
    """What is done with each artifact of one visit.

    Attributes
    ----------
    threads
        CPU threads of one inference.
    cores
        Logical processors to stay on; empty leaves it to the system.
    rule
        Measures latency by this rule; None leaves it out.
    with_outputs
        Whether to run the golden examples, and to look for what breaks on the way where the runtime can be looked into.
    compute_units
        What Core ML may use; None allows it all devices.
    time_limit
        Seconds that one artifact may take before it counts as hung; None waits for ever.
    """

    threads: int
    cores: tuple[int, ...] = ()
    rule: MeasurementRule | None = None
    with_outputs: bool = True
    compute_units: ComputeUnits | None = None
    time_limit: float | None = None


class Device(Protocol):
    """One visit to a device: locked from its beginning to its end, and left as it was found."""

    @property
    def name(self) -> str:
        """As the user named it."""
        ...

    @property
    def information(self) -> DeviceInformation:
        """What the device is, as found at the beginning of the visit."""
        ...

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if the device runs `artifact` right, else why not and what to do, in one line."""
        ...

    def run(self, directory: Path, artifacts: Sequence[ArtifactInfo], work: Work, stage: Stage) -> list[ArtifactRun]:
        """Run artifacts of the bundle in `directory`, of one length each (`ArtifactInfo.by_length`), one by one.

        Raises
        ------
        EdgeError
            What the program on the device raised; DeviceError if the device went away, is full, hangs or is in use.
        """
        ...


class OpenDevice(Protocol):
    """How each kind of device is visited; `edge.devices.DEVICES` has one for each."""

    def __call__(
        self, address: str, runner: str | None, stage: Stage, keep_files: bool = False
    ) -> AbstractContextManager[Device]:
        """Visit the device at `address` (what follows the colon of its name; may be empty).

        Parameters
        ----------
        runner
            The program that runs artifacts there, of those that the kind has; None takes its first.
        keep_files
            Whether what was pushed stays on the device for the next visit.
        """
        ...
