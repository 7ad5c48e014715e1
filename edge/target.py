"""Targets: which artifact a phone or board wants, as data."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from edge.manifest import ArtifactInfo
from edge.registry import find_entry, read_entries

# One line a target; the file edge/targets/<name>.toml holds its data.
TARGET_NAMES = ("generic-x86-64", "generic-arm64", "raspberry-pi-5", "pixel-8", "iphone-15-pro")


@dataclass(frozen=True)
class Target:
    """A kind of device.

    Attributes
    ----------
    formats, recipes
        In order of preference; formats come first.
    threads
        Threads that its CPU runs one inference fastest with; a device with fewer cores takes as many as it has.
    """

    name: str
    summary: str
    formats: tuple[str, ...]
    recipes: tuple[str, ...]
    threads: int


@cache
def load_targets() -> dict[str, Target]:
    """Return all targets by name."""
    return {data["name"]: Target(**data) for data in read_entries("edge", "targets", TARGET_NAMES)}


def find_target(name: str) -> Target:
    """Return the target called `name`.

    Raises
    ------
    InputError
        If there is no such target.
    """
    return find_entry(load_targets(), name, "target")


def host_target() -> Target:
    """Return the target that this machine is most like."""
    return find_target("generic-arm64" if platform.machine() in ("aarch64", "arm64") else "generic-x86-64")


def rank_artifacts(target: Target, artifacts: Sequence[ArtifactInfo]) -> list[ArtifactInfo]:
    """Return the artifacts that `target` can use, best first: by format, then recipe, then the longest.

    An app that uses only the first must not cut texts that another artifact would hold.
    """
    usable = [a for a in artifacts if a.format in target.formats and a.recipe in target.recipes]
    return sorted(
        usable,
        key=lambda a: (target.formats.index(a.format), target.recipes.index(a.recipe), -a.sequence_lengths[0]),
    )
