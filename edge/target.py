"""Targets: which artifacts a phone or board wants, and what it can compute with, as data."""

import platform
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from pydantic import Field, PositiveInt

from edge.hardware import Data, Hardware
from edge.manifest import ArtifactInfo
from edge.registry import find_entry
from edge.typed_documents import read_toml

# One line a target; the file edge/targets/<name>.toml holds its data.
TARGET_NAMES = (
    "pixel-3",
    "pixel-8",
    "galaxy-s24",
    "iphone-13",
    "iphone-15-pro",
    "raspberry-pi-4",
    "raspberry-pi-5",
    "coral-dev-board",
    "generic-arm64",
    "generic-x86-64",
)
ARM64, X86_64 = "generic-arm64", "generic-x86-64"


class Target(Data):
    """A kind of device.

    Attributes
    ----------
    devices
        Patterns of what such a device says its model is: /proc/device-tree/model of a board, ro.product.model of an
        Android phone, the identifier of an iPhone. Empty for the generic ones.
    backends
        What each format may be written for, by format; formats and backends in order of preference.
    recipes
        In order of preference; format and backend come first.
    sequence_lengths
        Lengths to build where none is asked for, in tokens.
    threads
        Threads that its CPU runs one inference fastest with; a device with fewer cores takes as many as it has.
    """

    name: str
    summary: str = Field(min_length=1)
    devices: tuple[str, ...]
    backends: dict[str, tuple[str, ...]]
    recipes: tuple[str, ...] = Field(min_length=1)
    sequence_lengths: tuple[PositiveInt, ...] = Field(min_length=1)
    threads: PositiveInt
    hardware: Hardware

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats, in order of preference."""
        return tuple(self.backends)

    def uses(self, format_name: str, backend: str) -> bool:
        """Return whether the device runs files of this format and backend."""
        return backend in self.backends.get(format_name, ())


def read_target(text: str, file: str) -> Target:
    """Return the target that the TOML `text` describes.

    Parameters
    ----------
    file
        Where the text is from, for the message.

    Raises
    ------
    InputError
        If it is not TOML, has an unknown key, lacks one, or a value has the wrong type.
    """
    return read_toml(Target, text, file, "correct it")


@cache
def load_targets() -> dict[str, Target]:
    """Return all targets by name."""
    folder = resources.files("edge") / "targets"
    files = {name: folder / f"{name}.toml" for name in TARGET_NAMES}
    return {name: read_target(file.read_text(encoding="utf-8"), file.name) for name, file in files.items()}


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
    return _generic_target(platform.machine())


def target_of(model: str, architecture: str) -> Target:
    """Return the target that a device is.

    Parameters
    ----------
    model
        What the device says its model is (`Target.devices`); what Linux's device tree says may end in a zero byte.
    architecture
        Of the programs that run on it, as ``uname -m`` says it; it decides where no target knows the model.
    """
    said = model.strip("\0 \n")
    for target in load_targets().values():
        if any(fnmatchcase(said, pattern) for pattern in target.devices):
            return target
    return _generic_target(architecture)


def _generic_target(architecture: str) -> Target:
    is_arm = architecture.lower().startswith(("aarch64", "arm"))
    return find_target(ARM64 if is_arm else X86_64)


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
