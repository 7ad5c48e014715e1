"""A connection to this machine's own shell: what is done on a device is really done, in a folder here."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from edge.devices.connection import Finished
from edge.devices.ssh_connection import end, read_line
from edge.errors import DeviceError


@dataclass(frozen=True)
class ShellConnection:
    """`edge.devices.connection.Connection` without a network between.

    Attributes
    ----------
    programs
        Folder whose programs come before the system's.
    """

    programs: Path
    name: str = "shell"

    def run(self, command: str, time_limit: float | None = None) -> Finished:
        reader, writer = os.pipe()
        process = self._start(command, stdin=reader, stderr=subprocess.PIPE)
        os.close(reader)
        try:
            output, errors = process.communicate(timeout=time_limit)
        except subprocess.TimeoutExpired as error:
            raise DeviceError(f"{self.name}: no answer within {time_limit:g} s") from error
        finally:
            os.close(writer)
            end(process)
        return Finished(process.returncode, output.decode(), errors.decode())

    def hold(self, command: str) -> "ShellHeld":
        return ShellHeld(self._start(command, stdin=subprocess.PIPE))

    def push(self, local: Path, remote: str) -> None:
        try:
            shutil.copyfile(local, remote)
        except OSError as error:
            raise DeviceError(f"{self.name}: {remote} cannot be written: {error.strerror}") from error

    def pull(self, remote: str, local: Path) -> None:
        shutil.copyfile(remote, local)

    def _start(self, command: str, **streams: int | None) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}"}
        words = ["sh", "-c", f"{command}\nexit $?"]
        return subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, start_new_session=True, **streams)


@dataclass(frozen=True)
class ShellHeld:
    """A command that runs until it is released."""

    process: "subprocess.Popen[bytes]"

    def first_line(self, time_limit: float) -> str:
        line = read_line(self.process, time_limit)
        assert line is not None
        return line.rstrip("\n")

    def release(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        end(self.process)
