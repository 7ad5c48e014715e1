"""Core ML packages on this host: macOS' own predictions, or a numpy evaluation of the saved package elsewhere.

The macOS path is written against the documented API of coremltools 9 and has not been run on a Mac.
"""

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import InputError
from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.coremltools_import import missing_coremltools
from edge.runtimes.mil.package import Package, read_package
from edge.runtimes.mil.signature import InputSignature, check_inputs, read_signature
from edge.runtimes.minimum import Installed

Predict = Callable[[Mapping[str, Array]], dict[str, Array]]


class CoreMLRuntime:
    """A loaded Core ML package.

    Attributes
    ----------
    name
        What runs the package, for reports.
    measures_latency
        Whether the time of `run` says anything about a device; False for the numpy evaluation.
    """

    def __init__(
        self, name: str, measures_latency: bool, signature: tuple[InputSignature, ...], predict: Predict
    ) -> None:
        self.name = name
        self.measures_latency = measures_latency
        self._signature = signature
        self._predict = predict

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run one inference.

        Parameters
        ----------
        inputs
            int32 arrays of shape [1, S] by input name.

        Returns
        -------
        dict
            float32 arrays by output name.

        Raises
        ------
        edge.errors.InputError
            A name, a dtype, a shape or a token id does not fit the package.
        edge.errors.ConversionError
            An operation of the package fails; the message names it.
        """
        check_inputs(self._signature, inputs)
        return self._predict(inputs)


def why_unavailable() -> str | None:
    """Return None if Core ML packages can be run on this host, else the reason in one line."""
    return missing_coremltools()


def installed() -> Installed | None:
    """Return the version of macOS, or None elsewhere, where the evaluator runs every package."""
    return Installed("macOS", platform.mac_ver()[0]) if sys.platform == "darwin" else None


def load(
    path: Path,
    inputs: Sequence[TensorSpec] = (),
    outputs: Sequence[TensorSpec] = (),
    threads: int | None = None,
) -> CoreMLRuntime:
    """Load an .mlpackage.

    Parameters
    ----------
    path
        The package folder.
    inputs, outputs
        Ignored: the package names them itself.
    threads
        Ignored: Core ML chooses its own threads, and the evaluation's time says nothing about a device.

    Raises
    ------
    edge.errors.InputError
        There is no package at `path`, or it is damaged.
    edge.errors.ConversionError
        The evaluator does not know an operation of the package; the message names it.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    package = read_package(path)
    if sys.platform == "darwin":
        return _on_macos(package)
    return _evaluated(package)


def _on_macos(package: Package) -> CoreMLRuntime:
    import coremltools

    try:
        model = coremltools.models.MLModel(str(package.path), compute_units=coremltools.ComputeUnit.ALL)
    except Exception as error:  # Core ML's compiler reports through whatever its bridge raises
        reason = " ".join(str(error).split())
        raise InputError(f"{package.path}: Core ML does not load it ({reason}); build the package again") from error

    def predict(inputs: Mapping[str, Array]) -> dict[str, Array]:
        return {name: np.asarray(value, dtype=np.float32) for name, value in model.predict(dict(inputs)).items()}

    name = f"Core ML (macOS {platform.mac_ver()[0]})"
    return CoreMLRuntime(name, True, read_signature(package), predict)


def _evaluated(package: Package) -> CoreMLRuntime:
    import coremltools

    from edge.runtimes.mil.evaluator import plan_package
    from edge.runtimes.mil.execution import execute

    plan = plan_package(package)

    def predict(inputs: Mapping[str, Array]) -> dict[str, Array]:
        return execute(plan, inputs)

    name = f"numpy evaluation of the saved .mlpackage (coremltools {coremltools.__version__})"
    return CoreMLRuntime(name, False, read_signature(package), predict)
