"""The work folder on a device that is another machine: one visit at a time, and nothing left at its end."""

import os
import re
import shlex
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from edge.checksums import sha256
from edge.child_process import Stage, silent_stage
from edge.devices.connection import Connection
from edge.devices.remote_lock import locked
from edge.errors import DeviceError

# Where `edge.devices.remote_program` notes which process runs there.
PROCESS = "program.pid"

# For the request, the answer and the outputs of the golden examples, in bytes.
SPARE_BYTES = 2_000_000

# A file that arrives damaged once may have met a bad moment; twice is a bad cable or card.
ATTEMPTS = 2

_DF_LINE = re.compile(r"\s\d+\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s")
_SUM_LINE = re.compile(r"([0-9a-f]{64}) [ *]\./(.+)")

# Only a process whose current folder this is: numbers of processes are used again. It gets 2 s to end in order.
_END_PROGRAM = """\
process=$(cat {folder}/{file} 2>/dev/null)
if [ "${{process:-0}}" -gt 1 ] && [ /proc/$process/cwd -ef {folder} ]; then
    kill $process
    for pause in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 $process 2>/dev/null || break
        sleep 0.2
    done
    kill -9 $process 2>/dev/null
fi
rm -f {folder}/{file}
"""


@dataclass(frozen=True)
class RemoteFolder:
    """A folder that this visit has for itself; names of files are relative to it, with ``/``.

    Every method raises DeviceError if the device cannot be reached any more.
    """

    connection: Connection
    path: str

    def place(self, name: str) -> str:
        """Return the absolute path of a file on the device."""
        return f"{self.path}/{name}"

    def put(self, files: Mapping[str, Path], stage: Stage = silent_stage) -> None:
        """Make the device's files equal to local ones: what differs is sent, and compared again after that.

        Parameters
        ----------
        files
            Local files by their name on the device. A file that can be executed here can be there.

        Raises
        ------
        DeviceError
            If the device has too little space, or a file arrives damaged twice.
        """
        wanted = {name: sha256(local) for name, local in files.items()}
        there = self._checksums(wanted)
        missing = [name for name in wanted if there.get(name) != wanted[name]]
        if missing:
            size = sum(files[name].stat().st_size for name in missing)
            self._check_space(size + SPARE_BYTES)
            folders = sorted({self.place(name).rpartition("/")[0] for name in missing})
            self._shell(f"umask 077; mkdir -p {_quoted(folders)}", "cannot make folders")
            with stage(f"push {size / 1e6:.1f} MB to {self.connection.name}"):
                self._send({name: files[name] for name in missing}, wanted)
        programs = [self.place(name) for name in files if os.access(files[name], os.X_OK)]
        if programs:
            self._shell(f"chmod 700 {_quoted(programs)}", "cannot make a program executable")

    def keep_only(self, folder: str, names: Collection[str]) -> None:
        """Remove the files of `folder` that are not among `names`, such as those that a lost visit left."""
        found = self._shell(f"cd {_quoted([self.path])} && {{ find {_quoted([folder])} -type f || :; }} 2>/dev/null")
        self.remove(*(name for name in found.splitlines() if name not in names))

    def fetch(self, name: str, local: Path) -> None:
        """Bring a file home.

        Raises
        ------
        DeviceError
            If there is none, or it arrives damaged twice.
        """
        there = self._checksums([name])
        if name not in there:
            raise DeviceError(f"{self.connection.name}: {self.place(name)} is not there; run again")
        for _ in range(ATTEMPTS):
            self.connection.pull(self.place(name), local)
            if sha256(local) == there[name]:
                return
        raise self._damaged(name)

    def read(self, name: str) -> str | None:
        """Return a small text file; None if there is none."""
        place = _quoted([self.place(name)])
        finished = self.connection.run(f"[ ! -f {place} ] && exit 3; cat {place}")
        if finished.status == 3:
            return None
        if finished.status != 0:
            raise DeviceError(f"{self.connection.name}: {self.place(name)} cannot be read; {_last(finished.stderr)}")
        return finished.stdout

    def write(self, name: str, text: str) -> None:
        """Write a small text file."""
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
            local = Path(folder) / "text"
            local.write_text(text, encoding="utf-8", newline="")
            self.put({name: local})

    def remove(self, *names: str) -> None:
        """Remove files, as far as they are there."""
        if names:
            self.connection.run(f"rm -f {_quoted([self.place(name) for name in names])}")

    def free_bytes(self) -> int | None:
        """Return what can be written to the device; None if it does not say."""
        finished = self.connection.run(f"df -Pk {_quoted([self.path])}")
        found = _DF_LINE.search(finished.stdout)
        return None if found is None else max(0, int(found[1])) * 1024

    def end_program(self) -> None:
        """End the program that runs there, if one does."""
        self.connection.run(_END_PROGRAM.format(folder=_quoted([self.path]), file=PROCESS))

    def full(self, needed: int, free: int) -> DeviceError:
        """Return the error that says that `needed` bytes do not fit."""
        return DeviceError(
            f"{self.connection.name}: {needed / 1e6:.1f} MB are needed in {self.path} and {free / 1e6:.1f} MB are free;"
            " free some space there and run again"
        )

    def _send(self, files: Mapping[str, Path], wanted: Mapping[str, str]) -> None:
        """Push files until they have the checksums that are `wanted`."""
        left = list(files)
        for _ in range(ATTEMPTS):
            for name in left:
                self._push(files[name], name)
            there = self._checksums(left)
            left = [name for name in left if there.get(name) != wanted[name]]
            if not left:
                return
        self.remove(*left)
        raise self._damaged(left[0])

    def _damaged(self, name: str) -> DeviceError:
        return DeviceError(
            f"{self.connection.name}: {name} arrives damaged, its checksum differs after {ATTEMPTS} transfers; check "
            "the device's storage and the cable"
        )

    def _check_space(self, needed: int) -> None:
        free = self.free_bytes()
        if free is not None and free < needed:
            raise self.full(needed, free)

    def _push(self, local: Path, name: str) -> None:
        try:
            self.connection.push(local, self.place(name))
        except DeviceError as error:
            # Whether it is full is seen by its space: what a tool says of it depends on the language.
            needed, free = local.stat().st_size, None
            with suppress(DeviceError):
                self.remove(name, f"{name}.part")
                free = self.free_bytes()
            if free is not None and free < needed:
                raise self.full(needed, free) from error
            raise

    def _checksums(self, names: Collection[str]) -> dict[str, str]:
        """Return the SHA-256 of those files that are there."""
        command = f"cd {_quoted([self.path])} && sha256sum {_quoted([f'./{name}' for name in names])}"
        finished = self.connection.run(command)
        if finished.status == 127:
            raise DeviceError(f"{self.connection.name}: has no 'sha256sum'; install coreutils or busybox there")
        return {found[2]: found[1] for found in map(_SUM_LINE.fullmatch, finished.stdout.splitlines()) if found}

    def _shell(self, command: str, problem: str = "failed") -> str:
        finished = self.connection.run(command)
        if finished.status != 0:
            raise DeviceError(f"{self.connection.name}: {problem}: {_last(finished.stderr)}")
        return finished.stdout


@contextmanager
def open_folder(connection: Connection, base: str, name: str, keep: bool = False) -> Iterator[RemoteFolder]:
    """Lock and use the folder `name` below `base`; at the end nothing runs in it and it is removed.

    What a visit left there whose connection was lost is taken over.

    Parameters
    ----------
    base
        An absolute folder that is there.
    keep
        Leaves the files, so that the next visit need not send them again.

    Raises
    ------
    DeviceError
        If another visit holds the device.
    """
    folder = RemoteFolder(connection, f"{base.rstrip('/')}/{name}")
    with locked(connection, folder.path):
        try:
            folder.end_program()
            yield folder
        except BaseException:
            # What went wrong first is what the user has to read; a lost device is cleared by the next visit.
            with suppress(DeviceError):
                _clear(folder, base, keep)
            raise
        _clear(folder, base, keep)


def _clear(folder: RemoteFolder, base: str, keep: bool) -> None:
    folder.end_program()
    path = _quoted([folder.path])
    if keep:
        folder.connection.run(f"find {path} -name '*.part' -exec rm -f {{}} +; rm -f {path}/holder {path}/lock")
        return
    # The folders between are removed if nothing else is in them.
    between = folder.path[len(base.rstrip("/")) + 1 :].split("/")[:-1]
    outer = [f"{base.rstrip('/')}/{'/'.join(between[: count + 1])}" for count in reversed(range(len(between)))]
    empty = f"; rmdir {_quoted(outer)} 2>/dev/null" if outer else ""
    folder._shell(f"cd / && rm -rf {path} || exit{empty}; :", "cannot be cleared")


def _quoted(words: Collection[str]) -> str:
    return " ".join(shlex.quote(word) for word in words)


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "it does not say why"
