"""Resident memory of this process and of process trees, as Linux reports it in /proc."""

from dataclasses import dataclass
from pathlib import Path

KIBIBYTE = 1024


@dataclass(frozen=True)
class Mapped:
    """How much of a file's content a process sees through mappings, in bytes.

    Attributes
    ----------
    size
        Of address space.
    resident
        Of that, in memory; the kernel can drop it again and read the file anew.
    """

    size: int
    resident: int


def resident_bytes() -> int:
    """Return the resident memory of this process."""
    return _status_bytes(Path("/proc/self/status"), "VmRSS")


def reset_peak() -> None:
    """Let `peak_bytes` begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_bytes() -> int:
    """Return the most resident memory of this process since `reset_peak`."""
    return _status_bytes(Path("/proc/self/status"), "VmHWM")


def mapped_bytes(file: Path) -> Mapped:
    """Return how this process maps `file`."""
    size = resident = 0
    inside = False
    wanted = str(file.resolve())
    for line in Path("/proc/self/smaps").read_text().splitlines():
        key, _, rest = line.partition(" ")
        if not key.endswith(":"):
            # A mapping's head: range, permissions, offset, device, inode, path.
            inside = line.split(maxsplit=5)[5:] == [wanted]
        elif inside and key == "Size:":
            size += _kibibytes(rest)
        elif inside and key == "Rss:":
            resident += _kibibytes(rest)
    return Mapped(size, resident)


def tree_bytes(root: int) -> int:
    """Return the sum of the resident memory of process `root` and its descendants; shared pages count in each."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # The name in brackets may hold spaces; state and parent follow it.
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                # It ended meanwhile.
                continue
            parents[int(folder.name)] = int(fields[1])
    tree = {root}
    while found := {process for process, parent in parents.items() if parent in tree} - tree:
        tree |= found
    total = 0
    for process in tree:
        try:
            total += _status_bytes(Path(f"/proc/{process}/status"), "VmRSS")
        except (OSError, StopIteration):
            # It ended meanwhile, or waits for its parent to ask for its status.
            continue
    return total


def _status_bytes(path: Path, field: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(f"{field}:"))
    return _kibibytes(line.partition(":")[2])


def _kibibytes(text: str) -> int:
    return int(text.split()[0]) * KIBIBYTE
