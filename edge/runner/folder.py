"""The folder with the runner and its libraries, which is copied to a device as it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edge.errors import InputError
from edge.runner.elf import read_architecture

PROGRAM = "squeezebert-edge-runner"

System = Literal["linux", "android"]


@dataclass(frozen=True)
class RunnerFolder:
    """The runner for one kind of device.

    Attributes
    ----------
    path
        The folder: the program, and the libraries that it finds beside it.
    architecture
        ``aarch64`` or ``x86_64``.
    """

    path: Path
    system: System
    architecture: str

    @property
    def program(self) -> Path:
        """The executable."""
        return self.path / PROGRAM

    @property
    def files(self) -> tuple[Path, ...]:
        """All that a device needs, for one folder there."""
        return (self.program, *sorted(self.path.glob("*.so")))


def open_folder(path: Path, system: System, architecture: str) -> RunnerFolder:
    """Return the runner in a folder.

    Raises
    ------
    InputError
        If it is not there, or for other devices.
    """
    folder = RunnerFolder(path, system, architecture)
    if not folder.program.is_file():
        raise InputError(f"{path}: has no {PROGRAM}; name the folder that 'squeezebert-edge runner --out' has made")
    for file in folder.files:
        check_architecture(file, architecture)
    return folder


def check_architecture(path: Path, architecture: str) -> None:
    """Raise InputError unless the program or library at `path` is for `architecture`, as ``uname -m`` says it."""
    found = read_architecture(path)
    if found != architecture:
        raise InputError(f"{path}: is for {found}, the device is {architecture}; name a runner that is for it")
