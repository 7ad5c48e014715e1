"""Commands and files over `adb -s SERIAL shell`, `push` and `pull`."""

import os
import secrets
import select
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.devices.android_debug_bridge import last_line
from edge.devices.connection import Finished
from edge.errors import DeviceError

# How long a held command may take to end by itself once its stdin has ended.
RELEASE_SECONDS = 5.0

# What adb says when it is the connection that failed, not the command.
LOST = ("device offline", "no devices", "closed", "protocol fault", "cannot connect to daemon", "connection reset")


@dataclass(frozen=True)
class AdbConnection:
    """A `edge.devices.connection.Connection` to one device that adb sees.

    The status that `adb shell` itself returns says nothing: it is 0 if the device is unplugged while the command runs.
    So each command's status is printed after what it prints, with a mark that nothing else prints.

    Attributes
    ----------
    adb
        The program.
    serial
        The device's, as `adb devices` lists it.
    """

    adb: Path
    serial: str

    @property
    def name(self) -> str:
        """The device as the user named it, for messages."""
        return f"adb:{self.serial}"

    def run(self, command: str, time_limit: float | None = None) -> Finished:
        """Run a line of POSIX shell on the device."""
        mark = f"[{secrets.token_hex(8)}]"
        # A shell of its own, so that nothing in the command (exit, a syntax error) keeps the mark from being printed.
        line = f'sh -c {shlex.quote(command)}; echo "{mark}$?"'
        with _open_stdin() as stdin, self._start(["shell", line], stdin, stderr=subprocess.PIPE) as process:
            try:
                stdout, stderr = process.communicate(timeout=time_limit)
            except subprocess.TimeoutExpired as error:
                raise DeviceError(f"{self.name}: no answer within {time_limit:g} s; it was ended") from error
            finally:
                process.kill()
        printed, found, status = stdout.decode(errors="replace").rpartition(mark)
        if not found:
            raise self.lost(stderr)
        return Finished(int(status), printed, stderr.decode(errors="replace"))

    def hold(self, command: str) -> "AdbHeld":
        """Start a line of shell that runs until it is released, or until this side goes away."""
        # The first line that comes shows that the phone is there: what follows is the command's.
        line = f"echo; exec sh -c {shlex.quote(command)}"
        read_end, write_end = os.pipe()
        try:
            process = self._start(["shell", line], read_end, stderr=subprocess.PIPE)
        except BaseException:
            os.close(write_end)
            raise
        finally:
            os.close(read_end)
        return AdbHeld(self, process, write_end)

    def push(self, local: Path, remote: str) -> None:
        """Copy a file to the device."""
        self._transfer(["push", str(local), remote], f"{local.name} could not be pushed to {remote}")

    def pull(self, remote: str, local: Path) -> None:
        """Copy a file from the device."""
        self._transfer(["pull", remote, str(local)], f"{remote} could not be pulled")

    def _transfer(self, words: list[str], failure: str) -> None:
        # What went wrong stands on either stream.
        with self._start(words, subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
            try:
                printed, _ = process.communicate()
            finally:
                process.kill()
        if process.returncode == 0:
            return
        reason = last_line(printed)
        if any(words in reason for words in LOST) or f"device '{self.serial}' not found" in reason:
            raise self.lost(printed)
        raise DeviceError(f"{self.name}: {failure} ({reason.rpartition(': ')[2]})")

    def _start(self, words: list[str], stdin: int, stderr: int) -> subprocess.Popen[bytes]:
        command = [str(self.adb), "-s", self.serial, *words]
        try:
            # In a session of its own: an interrupt is for this process, which then ends things in their order.
            return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True)
        except OSError as error:
            raise DeviceError(f"{self.adb}: cannot be started ({error.strerror})") from error

    def lost(self, printed: bytes) -> DeviceError:
        """Return the error that says that the device is gone, with the reason that adb printed."""
        reason = last_line(printed) if printed.strip() else "the command was cut off"
        return DeviceError(f"{self.name}: the connection was lost ({reason}); plug it in again and run again")


@dataclass(frozen=True)
class AdbHeld:
    """A command that runs on the device until its stdin ends, which it does when adb or this process does.

    Attributes
    ----------
    stdin
        The end of its stdin that has to be closed.
    """

    connection: AdbConnection
    process: subprocess.Popen[bytes]
    stdin: int

    def first_line(self, time_limit: float) -> str:
        """Return the first line that it printed, without its end; empty if it ended without one."""
        end = time.monotonic() + time_limit
        if self._line(end, time_limit) == b"":
            assert self.process.stderr is not None
            raise self.connection.lost(self.process.stderr.read())
        return self._line(end, time_limit).decode(errors="replace").rstrip("\r\n")

    def _line(self, end: float, time_limit: float) -> bytes:
        """Read a line with its end, empty at the end of all; `end` is when to give up."""
        assert self.process.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise DeviceError(f"{self.connection.name}: no answer within {time_limit:g} s; is it busy or asleep?")
            byte = os.read(self.process.stdout.fileno(), 1)
            if not byte:
                break
            line += byte
        return line

    def release(self) -> None:
        """End the command."""
        os.close(self.stdin)
        try:
            self.process.wait(RELEASE_SECONDS)
        except subprocess.TimeoutExpired:
            # adb's server tells the device, which hangs the command up.
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@contextmanager
def _open_stdin() -> Iterator[int]:
    """Give a stdin that has no content and does not end before this block, or this process, does."""
    read_end, write_end = os.pipe()
    try:
        yield read_end
    finally:
        os.close(read_end)
        os.close(write_end)
