"""Cores that this process may use: of the machine's, those that its affinity and its container's quota leave."""

import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path("/")


def usable_cores(root: Path = ROOT) -> int:
    """Return the physical cores that this process may use, at least 1.

    Hyperthreads of one core count once: they share the units that multiply. Where the system does not say which
    belong together (Windows, macOS), each counts.

    Parameters
    ----------
    root
        Folder with Linux's ``proc`` and ``sys``.
    """
    cores = physical_cores(_allowed(), root)
    quota = cpu_quota(root)
    return max(1, cores if quota is None else min(cores, math.ceil(quota)))


def physical_cores(processors: Iterable[int], root: Path = ROOT) -> int:
    """Return the number of different cores among logical `processors`, as Linux numbers them."""
    folder = root / "sys" / "devices" / "system" / "cpu"
    return len({_read(folder / f"cpu{number}" / "topology" / "core_cpus_list") or number for number in processors})


def cpu_quota(root: Path = ROOT) -> float | None:
    """Return the processors' worth of time that control groups allow this process; None without a limit."""
    limits = [limit for folder in _control_groups(root) for limit in (_quota_of(folder),) if limit is not None]
    return min(limits, default=None)


def _allowed() -> set[int]:
    """Return the logical processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def _control_groups(root: Path) -> Iterator[Path]:
    """Give the folders of this process's control groups and of all around them, of version 2 and of version 1."""
    for line in (_read(root / "proc" / "self" / "cgroup") or "").splitlines():
        # "0::/path" in version 2; "3:cpu,cpuacct:/path" in version 1.
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = root / "sys" / "fs" / "cgroup" / controllers
        inner = top / path.lstrip("/")
        # In a container the path may be the host's, and the container's own group lies at the top.
        yield from (folder for folder in (inner, *inner.parents) if folder == top or top in folder.parents)


def _quota_of(folder: Path) -> float | None:
    # Version 2 has "max 100000" or "200000 100000", version 1 a file for each number and -1 for no limit.
    words = (_read(folder / "cpu.max") or "").split()
    if not words:
        words = [_read(folder / f"cpu.cfs_{name}_us") or "" for name in ("quota", "period")]
    try:
        quota, period = (float(word) for word in words)
    except ValueError:
        return None
    return quota / period if quota > 0 and period > 0 else None


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip() or None
    except OSError:
        return None
