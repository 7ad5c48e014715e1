"""The same call for every format: load an artifact, run it, know what ran it."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import InputError, MissingPackageError
from edge.runtimes.minimum import Installed, why_too_old

# One line a format: the module that loads it.
RUNTIMES: dict[str, str] = {
    "executorch": "edge.runtimes.executorch",
    "coreml": "edge.runtimes.coreml",
    "tflite": "edge.runtimes.tflite",
    "onnx": "edge.runtimes.onnx",
}


class Runtime(Protocol):
    """A loaded artifact.

    Attributes
    ----------
    name
        What computes, with its version.
    measures_latency
        False where the time of a run says nothing about a device.
    """

    name: str
    measures_latency: bool

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Map int32 inputs (1, S) to float32 outputs, both by name."""
        ...


def why_unavailable(format_name: str, minimum_runtime: Mapping[str, str]) -> str | None:
    """Return None if this environment runs an artifact of the format right, else the reason in one line.

    Parameters
    ----------
    minimum_runtime
        The artifact's, from the manifest.
    """
    module = import_module(RUNTIMES[format_name])
    reason: str | None = module.why_unavailable()
    if reason is not None:
        return reason
    installed: Installed | None = module.installed()
    return None if installed is None else why_too_old(installed, minimum_runtime)


def load_runtime(
    format_name: str,
    path: Path,
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
    threads: int,
    minimum_runtime: Mapping[str, str],
    options: Mapping[str, str] = MappingProxyType({}),
) -> Runtime:
    """Load the artifact at `path`.

    Parameters
    ----------
    inputs, outputs
        What the manifest says of the artifact; formats without names take theirs from here.
    threads
        Threads that the runtime may use.
    minimum_runtime
        The oldest runtimes that compute the artifact right.
    options
        What only this format's runtime takes: keyword arguments of its ``load``.

    Raises
    ------
    MissingPackageError
        If the format's runtime is not installed, or not one that computes the artifact right.
    InputError
        If the file is missing or damaged.
    """
    reason = why_unavailable(format_name, minimum_runtime)
    if reason is not None:
        raise MissingPackageError(reason)
    if not path.exists():
        raise InputError(f"{path}: no such artifact; build the bundle again")
    runtime: Runtime = import_module(RUNTIMES[format_name]).load(path, inputs, outputs, threads, **options)
    return runtime
