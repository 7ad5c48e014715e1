"""Processes of an emulated machine, as this machine sees them."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process.

    Attributes
    ----------
    words
        The emulated program's path and arguments.
    """

    identifier: int
    user: int
    words: tuple[str, ...]

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.identifier, signal.SIGKILL)


def processes_beside(first: int) -> list[Process]:
    """Return the processes under qemu that have the same process namespace as `first`."""
    namespace = os.readlink(f"/proc/{first}/ns/pid")
    return [process for process in _processes() if _namespace(process.identifier) == namespace]


def _processes() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        # It may end while it is looked at.
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_text(encoding="utf-8", errors="replace").rstrip("\0").split("\0")
            # The kernel puts qemu and the program's path before the program's own words.
            if words[0].endswith("qemu-aarch64") and len(words) > 2:
                yield Process(int(folder.name), folder.stat().st_uid, (words[1], *words[3:]))


def _namespace(process: int) -> str | None:
    try:
        return os.readlink(f"/proc/{process}/ns/pid")
    except OSError:
        return None
