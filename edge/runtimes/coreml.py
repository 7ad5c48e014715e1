"""Core ML packages on this host: Core ML itself on macOS, a numpy evaluation of the saved package elsewhere."""

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from edge.artifact import TensorSpec
from edge.compute_units import ComputeUnits
from edge.errors import InputError
from edge.runtimes.coreml_macos import CoreMLOnMacOS, load_on_macos, macos_version
from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.classes import Classification, classify, read_classes
from edge.runtimes.mil.coremltools_import import import_for_evaluation, missing_coremltools
from edge.runtimes.mil.evaluator import plan_package
from edge.runtimes.mil.execution import execute
from edge.runtimes.mil.hazards import Hazard, search_run
from edge.runtimes.mil.layer_values import LayerDeviation, LayerValues, layer_deviations
from edge.runtimes.mil.package import Package, read_package
from edge.runtimes.mil.plan import Plan
from edge.runtimes.mil.signature import InputSignature, check_inputs, read_signature
from edge.runtimes.minimum import Installed

_NO_CHOICE = (
    "--compute-units chooses Core ML's devices and needs macOS; here packages are evaluated in numpy, so leave it out"
)


class CoreMLEvaluation:
    """An .mlpackage that numpy evaluates; `name` and `measures_latency` as in `edge.runtimes.Runtime`.

    Attributes
    ----------
    classes
        Labels that the package answers with, in the order of its probabilities; None if it gives no label.
    """

    measures_latency = False

    def __init__(
        self, name: str, signature: tuple[InputSignature, ...], plan: Plan, classes: tuple[str, ...] | None
    ) -> None:
        self.name = name
        self.classes = classes
        self._signature = signature
        self._plan = plan

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run one inference.

        Parameters
        ----------
        inputs
            int32 arrays of shape [1, S] by input name.

        Returns
        -------
        dict
            float32 arrays by output name; a classifier's label and probabilities are none (`classify`).

        Raises
        ------
        edge.errors.InputError
            A name, a dtype, a shape or a token id does not fit the package.
        edge.errors.ConversionError
            An operation of the package fails; the message names it.
        """
        check_inputs(self._signature, inputs)
        return execute(self._plan, inputs)

    def classify(self, inputs: Mapping[str, Array]) -> Classification:
        """Run one inference of a package that has `classes`, and return its label as Core ML would.

        Raises
        ------
        edge.errors.InputError
            The package gives no label, or an input does not fit.
        edge.errors.ConversionError
            An operation of the package fails; the message names it.
        """
        if self._plan.classes is None:
            raise InputError(f"{self.name}: the package gives no label; build it with --coreml-classifier")
        check_inputs(self._signature, inputs)
        values: dict[int, Array] = {}
        execute(
            self._plan,
            inputs,
            lambda step, results: values.update(zip((result.key for result in step.results), results, strict=True)),
        )
        return classify(self._plan.classes, values)

    def run_and_search(self, inputs: Mapping[str, Array]) -> tuple[dict[str, Array], list[Hazard]]:
        """Run one inference as `run` does, and return what breaks on the way with its outputs."""
        check_inputs(self._signature, inputs)
        return search_run(self._plan, inputs)

    def layer_deviations(self, recorded: LayerValues) -> list[LayerDeviation]:
        """Return how far each recorded layer is from the model's, in the order of the program.

        Raises
        ------
        edge.errors.ConversionError
            The package has no operation for a recorded layer, or one of another shape.
        """
        check_inputs(self._signature, recorded.arrays())
        return layer_deviations(self._plan, recorded)


def why_unavailable() -> str | None:
    """Return None if Core ML packages can be run on this host, else the reason in one line."""
    return missing_coremltools()


def installed() -> Installed | None:
    """Return the version of macOS, or None elsewhere, where the evaluator runs every package."""
    return Installed("macOS", macos_version()) if on_macos() else None


def on_macos() -> bool:
    """Return whether this host has Core ML."""
    return sys.platform == "darwin"


def prepare_process() -> None:
    """Import coremltools the fast way in a process that only runs packages, where numpy is what evaluates them."""
    if not on_macos() and missing_coremltools() is None:
        import_for_evaluation()


def check_compute_units(formats: Collection[str]) -> None:
    """Check that ``--compute-units`` has something to choose for artifacts of these formats.

    Raises
    ------
    edge.errors.InputError
        This host is no Mac, or no artifact is Core ML's.
    """
    if not on_macos():
        raise InputError(_NO_CHOICE)
    if "coreml" not in formats:
        raise InputError("--compute-units chooses Core ML's devices, and no Core ML artifact is chosen; leave it out")


def load(
    path: Path,
    inputs: Sequence[TensorSpec] = (),
    outputs: Sequence[TensorSpec] = (),
    threads: int | None = None,
    compute_units: str | None = None,
    function: str | None = None,
) -> CoreMLEvaluation | CoreMLOnMacOS:
    """Load an .mlpackage.

    Parameters
    ----------
    path
        The package folder.
    inputs, outputs
        Ignored: the package names them itself.
    threads
        Ignored: Core ML chooses its own threads, and the evaluation's time says nothing about a device.
    compute_units
        The devices that Core ML may use, of `edge.compute_units.ComputeUnits`; None for all. On macOS only.
    function
        The function of the package to run; None for its default one.

    Raises
    ------
    edge.errors.InputError
        There is no package at `path`, it is damaged, or `compute_units` is given where nothing can be chosen.
    edge.errors.ConversionError
        The evaluator does not know an operation of the package; the message names it.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    if compute_units is not None and not on_macos():
        raise InputError(_NO_CHOICE)
    package = read_package(path)
    if on_macos():
        return load_on_macos(package, ComputeUnits(compute_units or ComputeUnits.all), function)
    return evaluate(package, function)


def evaluate(package: Package, function: str | None = None) -> CoreMLEvaluation:
    """Plan the evaluation of a package's function, on any system; for parameters and errors see `load`."""
    import coremltools

    name = f"numpy evaluation of the saved .mlpackage (coremltools {coremltools.__version__})"
    return CoreMLEvaluation(
        name, read_signature(package, function), plan_package(package, function), read_classes(package, function)
    )
