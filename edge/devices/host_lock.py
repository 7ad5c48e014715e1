"""One benchmark at a time on this machine: two would measure each other."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from edge.errors import DeviceError


@contextmanager
def measuring_alone() -> Iterator[None]:
    """Keep other benchmarks of any user away; the system frees the lock when this process ends, however it does.

    Raises
    ------
    DeviceError
        If another benchmark runs.
    """
    path = Path(tempfile.gettempdir()) / "squeezebert-edge-bench.lock"
    try:
        descriptor = _open(path)
    except OSError as error:
        raise DeviceError(f"{path}: cannot be opened ({error.strerror}); remove it and run again") from error
    with os.fdopen(descriptor, "r+") as file:
        if not _locked(file):
            holder = file.read().strip() or "unknown"
            raise DeviceError(f"this machine is being measured by another bench (process {holder}); wait until it ends")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _open(path: Path) -> int:
    """Open the file of all users, without truncation: the holder's process id stands in it."""
    try:
        # Not with O_CREAT: Linux refuses that for another user's file in a folder such as /tmp.
        return os.open(path, os.O_RDWR)
    except FileNotFoundError:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if hasattr(os, "fchmod"):
            # Whatever this process's umask is; another user may have made the file in the same moment.
            with suppress(PermissionError):
                os.fchmod(descriptor, 0o666)
        return descriptor


def _locked(file: IO[str]) -> bool:
    """Lock `file` until it is closed; return whether nobody else had."""
    try:
        if os.name == "nt":
            import msvcrt

            # A byte far behind the text, which others may read then.
            os.lseek(file.fileno(), 1 << 20, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            os.lseek(file.fileno(), 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
