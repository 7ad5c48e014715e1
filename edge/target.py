"""Targets: which artifact a phone or board wants, as data."""

import platform
from collections.abc import Mapping, Sequence
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
    backends
        What each format may be written for, by format; formats and backends in order of preference.
    recipes
        In order of preference; format and backend come first.
    threads
        Threads that its CPU runs one inference fastest with; a device with fewer cores takes as many as it has.
    """

    name: str
    summary: str
    backends: Mapping[str, Sequence[str]]
    recipes: tuple[str, ...]
    threads: int

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats, in order of preference."""
        return tuple(self.backends)

    def uses(self, format_name: str, backend: str) -> bool:
        """Return whether the device runs files of this format and backend."""
        return backend in self.backends.get(format_name, ())


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
    """Return the artifacts that `target` can use, best first: by format, backend, recipe, then the longest.

    An app that uses only the first must not cut texts that another artifact would hold.
    """
    usable = [a for a in artifacts if target.uses(a.format, _backend(a)) and a.recipe in target.recipes]
    return sorted(
        usable,
        key=lambda a: (
            target.formats.index(a.format),
            target.backends[a.format].index(_backend(a)),
            target.recipes.index(a.recipe),
            -a.sequence_lengths[-1],
        ),
    )


# What bundles hold that are older than backends.
_FIRST_BACKENDS = {"executorch": "xnnpack", "coreml": "cpu-gpu", "tflite": "xnnpack", "onnx": "cpu"}


def _backend(artifact: ArtifactInfo) -> str:
    return artifact.backend or _FIRST_BACKENDS[artifact.format]
