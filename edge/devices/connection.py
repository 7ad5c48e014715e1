"""What carries commands and files to a device that is another machine: ssh, adb."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Finished:
    """A command that ended on the device.

    Attributes
    ----------
    status
        Its exit status there.
    """

    status: int
    stdout: str
    stderr: str


class Connection(Protocol):
    """An open way to one device.

    All paths on the device are absolute, with ``/``. Each method raises `edge.errors.DeviceError` when the device
    cannot be reached any more; what it was doing there ends by itself then.
    """

    @property
    def name(self) -> str:
        """The device as the user named it, for messages."""
        ...

    def run(self, command: str, time_limit: float | None = None) -> Finished:
        """Run a line of POSIX shell on the device; its stdin stays open until it ends, and closes if this side goes.

        Parameters
        ----------
        time_limit
            Seconds until the command is ended here and there, with DeviceError.
        """
        ...

    def hold(self, command: str) -> "Held":
        """Start a line of shell that runs until `Held.release`, or until this side goes away."""
        ...

    def push(self, local: Path, remote: str) -> None:
        """Copy a file to the device; its folder is there."""
        ...

    def pull(self, remote: str, local: Path) -> None:
        """Copy a file from the device."""
        ...


class Held(Protocol):
    """A command that runs on the device while this side wants it to."""

    def first_line(self, time_limit: float) -> str:
        """Return the first line that it printed, without its end; empty if it ended without one.

        Raises DeviceError after `time_limit` seconds.
        """
        ...

    def release(self) -> None:
        """End the command."""
        ...
