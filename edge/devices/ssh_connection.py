"""One connection of the system's ssh, which everything of a visit goes through."""

import os
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from edge.devices.connection import Finished
from edge.devices.ssh_client import destination_words, find_ssh, why_refused
from edge.errors import DeviceError

# Seconds: to reach the machine, for the whole of logging in, and between signs of life, of which three may be missing.
CONNECT_SECONDS = 10
LOGIN_SECONDS = 60.0
ALIVE_SECONDS = 5
ALIVE_COUNT = 3
# What the process that holds a lost connection has to end, in seconds.
END_SECONDS = 10

# ssh's own exit status; a command's own 255 cannot be told from it but by the connection being there.
SSH_FAILED = 255

# Sockets have paths of at most 104 bytes (macOS), of which ssh takes 17 while it makes one.
LONGEST_FOLDER = 80

_CONNECTED = "squeezebert-edge is connected"


@dataclass(frozen=True)
class SshConnection:
    """A `Connection` over ssh.

    Attributes
    ----------
    control
        Socket of the process that holds the connection.
    master
        That process.
    """

    name: str
    ssh: str
    control: Path
    master: "subprocess.Popen[bytes]"

    def run(self, command: str, time_limit: float | None = None) -> Finished:
        """Run a line of POSIX shell on the device; its stdin stays open until it ends, and closes if this side goes."""
        # A pipe of our own: communicate() would close the process's at once.
        reader, writer = os.pipe()
        try:
            process = self._start(command, reader, subprocess.PIPE)
        finally:
            os.close(reader)
        try:
            return self._finish(process, time_limit)
        finally:
            os.close(writer)

    def hold(self, command: str) -> "SshHeld":
        """Start a line of shell that runs until `SshHeld.release`, or until this side goes away."""
        return SshHeld(self, self._start(command, subprocess.PIPE, subprocess.PIPE))

    def push(self, local: Path, remote: str) -> None:
        """Copy a file to the device; its folder is there."""
        part, place = shlex.quote(f"{remote}.part"), shlex.quote(remote)
        # A connection that is lost ends 'cat' like the end of the file does.
        command = (
            f"umask 077; cat >{part} && [ $(wc -c <{part}) -eq {local.stat().st_size} ] && mv -f {part} {place} "
            f"|| {{ rm -f {part}; exit 1; }}"
        )
        with local.open("rb") as file:
            finished = self._finish(self._start(command, file, subprocess.PIPE), None)
        self._check(finished, f"{remote} cannot be written")

    def pull(self, remote: str, local: Path) -> None:
        """Copy a file from the device."""
        with local.open("wb") as file:
            process = self._start(f"cat {shlex.quote(remote)}", subprocess.DEVNULL, file)
            finished = self._finish(process, None)
        self._check(finished, f"{remote} cannot be read")

    def _start(self, command: str, stdin: int | IO[bytes], stdout: int | IO[bytes]) -> "subprocess.Popen[bytes]":
        # Not the user's configuration, which has been followed to connect: it may hold a command or a terminal for
        # this machine. Were the connection gone, ssh would make another; its proxy command prevents that.
        words = [self.ssh, "-F", "none", "-S", str(self.control), "-o", "ProxyCommand=false"]
        words += ["-o", "BatchMode=yes", "-o", "LogLevel=ERROR"]
        # The last shell there has to stay: ssh reports only that a program was ended by a signal, not by which.
        line = shlex.quote(f"{command}\nexit $?")
        return subprocess.Popen(
            [*words, "-T", "-x", "-a", "--", "device", f"exec sh -c {line}"],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            # An interrupt from the terminal is for this process, which ends the others in order.
            start_new_session=True,
        )

    def _finish(self, process: "subprocess.Popen[bytes]", time_limit: float | None) -> Finished:
        try:
            output, errors = process.communicate(timeout=time_limit)
        except subprocess.TimeoutExpired as error:
            raise DeviceError(
                f"{self.name}: no answer within {time_limit:g} s; restart the device if it hangs"
            ) from error
        finally:
            end(process)
        said = errors.decode(errors="replace")
        if process.returncode == SSH_FAILED:
            self._check_connected(said)
        return Finished(process.returncode, (output or b"").decode(errors="replace"), said)

    def _check(self, finished: Finished, problem: str) -> None:
        if finished.status != 0:
            raise DeviceError(f"{self.name}: {problem}: {_last_line(finished.stderr) or 'it does not say why'}")

    def _check_connected(self, said: str) -> None:
        # The process that holds the connection may end a moment after those that use it, seconds on a busy machine.
        refused = "open refused" in said or "open failed" in said
        deadline = time.monotonic() + (1 if refused else END_SECONDS)
        while self.master.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.master.poll() is not None:
            raise DeviceError(
                f"{self.name}: the connection was lost; check power and network and run again: the next run "
                "removes what this one left there"
            )
        if refused:
            raise DeviceError(
                f"{self.name}: its ssh server refuses more sessions; raise MaxSessions in sshd_config there"
            )


@dataclass(frozen=True)
class SshHeld:
    """A command that runs on the device while this side wants it to."""

    connection: SshConnection
    process: "subprocess.Popen[bytes]"

    def first_line(self, time_limit: float) -> str:
        """Return the first line that it printed, without its end; empty if it ended without one."""
        line = read_line(self.process, time_limit)
        if line is None:
            raise DeviceError(
                f"{self.connection.name}: no answer within {time_limit:g} s; restart the device if it hangs"
            )
        if not line and self.process.wait() == SSH_FAILED:
            assert self.process.stderr is not None
            self.connection._check_connected(self.process.stderr.read().decode(errors="replace"))
        return line.rstrip("\n")

    def release(self) -> None:
        """End the command."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(ALIVE_SECONDS)
        except subprocess.TimeoutExpired:
            pass  # What hangs there loses its connection below.
        finally:
            end(self.process)


@contextmanager
def connect(name: str, destination: str) -> Iterator[SshConnection]:
    """Connect to a machine, by the user's configuration, keys and known hosts.

    Parameters
    ----------
    name
        The device, for messages.
    destination
        ``USER@HOST``, ``HOST``, an alias, each with ``:PORT`` if need be.

    Raises
    ------
    InputError
        If `destination` is none, or this machine has no ssh.
    DeviceError
        If the machine cannot be reached or does not let this user in: says what to do.
    """
    words = destination_words(destination)
    ssh = find_ssh()
    with tempfile.TemporaryDirectory(prefix="sbe-", dir=_short_folder()) as folder:
        control, log = Path(folder) / "c", Path(folder) / "log"
        with log.open("wb") as errors:
            master = subprocess.Popen(
                [ssh, *_MASTER_OPTIONS, "-S", str(control), *words, f"echo {shlex.quote(_CONNECTED)}; exec cat"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            _log_in(name, words[-1], master, log)
            yield SshConnection(name, ssh, control, master)
        finally:
            _disconnect(master)


# The connection is held by a command there that ends with its stdin, so that none is left if this process is killed.
_MASTER_OPTIONS = [
    "-M", "-T", "-x", "-a",
    *(word for option in (
        "ControlPersist=no", "BatchMode=yes", f"ConnectTimeout={CONNECT_SECONDS}", "ConnectionAttempts=1",
        f"ServerAliveInterval={ALIVE_SECONDS}", f"ServerAliveCountMax={ALIVE_COUNT}", "ClearAllForwardings=yes",
        "RemoteCommand=none", "LogLevel=ERROR",
    ) for word in ("-o", option)),
]  # fmt: skip


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process of this machine, if it has not ended, and close what it was read through."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def read_line(process: "subprocess.Popen[bytes]", time_limit: float) -> str | None:
    """Return the next line that a process prints, with its end; None if `time_limit` seconds bring none."""
    assert process.stdout is not None
    deadline, line = time.monotonic() + time_limit, b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        # One byte at a time: what follows the line stays in the pipe, where select() sees it.
        byte = os.read(process.stdout.fileno(), 1)
        if not byte:
            break
        line += byte
    return line.decode(errors="replace")


def _log_in(name: str, host: str, master: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline, noise = time.monotonic() + LOGIN_SECONDS, ""
    while (line := read_line(master, max(0.0, deadline - time.monotonic()))) != f"{_CONNECTED}\n":
        if line is None:
            raise DeviceError(f"{name}: logging in took more than {LOGIN_SECONDS:g} s; try 'ssh {host}'")
        if not line:
            end(master)
            raise DeviceError(f"{name}: {why_refused(log.read_text(errors='replace'), host)}")
        noise = noise or line.strip()
    if noise:
        # It would be in every file that is brought home.
        raise DeviceError(
            f"{name}: its shell prints '{noise}' before each command; let its ~/.bashrc print"
            " for interactive shells only"
        )


def _disconnect(master: "subprocess.Popen[bytes]") -> None:
    assert master.stdin is not None
    try:
        master.stdin.close()
        master.wait(ALIVE_SECONDS)
    except (BrokenPipeError, subprocess.TimeoutExpired):
        pass  # The connection is lost: nothing there is waited for.
    finally:
        end(master)


def _short_folder() -> str | None:
    """Return where sockets can be made; None for the usual temporary folder."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_FOLDER - len("/sbe-xxxxxxxx/c") else None


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""
