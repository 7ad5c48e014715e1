"""Core ML itself, which only macOS has, through the documented API of coremltools 9.

Nothing in this file has been run on a Mac.
"""

import platform
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from packaging.version import Version

from edge.compute_units import ComputeUnits
from edge.errors import ConversionError, InputError
from edge.placement import NEURAL_ENGINE, CoreMLDevices, DeviceShare, OutsideNeuralEngine, Placement
from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.classes import read_classes
from edge.runtimes.mil.package import Package, chosen_function
from edge.runtimes.mil.signature import InputSignature, check_inputs, read_signature

# Members of coremltools.ComputeUnit.
COMPUTE_UNITS: Mapping[ComputeUnits, str] = MappingProxyType(
    {
        ComputeUnits.cpu: "CPU_ONLY",
        ComputeUnits.gpu: "CPU_AND_GPU",
        ComputeUnits.ne: "CPU_AND_NE",
        ComputeUnits.all: "ALL",
    }
)

# Classes of coremltools.models.compute_device.
DEVICES: Mapping[str, str] = MappingProxyType(
    {"MLCPUComputeDevice": "CPU", "MLGPUComputeDevice": "GPU", "MLNeuralEngineComputeDevice": NEURAL_ENGINE}
)

# Apple's documentation of MLComputePlan: available from macOS 14.4.
PLAN_MACOS = "14.4"

# How the warning begins with which MLModel goes on when Core ML refuses a package.
_REFUSED = "You will not be able to run predict"


class CoreMLOnMacOS:
    """An .mlpackage loaded by Core ML; `name` and `measures_latency` as in `edge.runtimes.Runtime`.

    Attributes
    ----------
    classes
        Labels that the package answers with, in the order of its probabilities; None if it gives no label.
    """

    measures_latency = True

    def __init__(
        self,
        package: Package,
        model: Any,
        compute_units: ComputeUnits,
        function: str | None,
        signature: tuple[InputSignature, ...],
    ) -> None:
        self.name = f"Core ML (macOS {macos_version()}, compute units {compute_units})"
        self.classes = read_classes(package, function)
        self._package = package
        self._model = model
        self._compute_units = compute_units
        self._function = function
        self._signature = signature

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Map int32 inputs (1, S) to float32 outputs, both by name; a classifier's label is none of them.

        Raises
        ------
        edge.errors.InputError
            A name, a dtype or a shape does not fit the package.
        edge.errors.ConversionError
            Core ML fails.
        """
        check_inputs(self._signature, inputs)
        try:
            outputs = self._model.predict(dict(inputs))
        except Exception as error:  # whatever Core ML's bridge raises
            raise ConversionError(f"{self._package.path}: Core ML does not run it ({_one_line(error)})") from error
        # A classifier's label is a text, and its probabilities are a dictionary.
        arrays = {name: value for name, value in outputs.items() if not isinstance(value, str | dict)}
        return {name: np.asarray(value, dtype=np.float32) for name, value in arrays.items()}

    def devices(self) -> CoreMLDevices:
        """Return what Core ML was allowed to use and plans to use; reading the plan takes about as long as a load."""
        found = self._placement()
        missing = found if isinstance(found, str) else None
        placement = None if isinstance(found, str) else found
        return CoreMLDevices(compute_units=self._compute_units, placement=placement, placement_missing=missing)

    def _placement(self) -> Placement | str:
        """Return the placement, or why there is none: a benchmark without it is still a benchmark."""
        if Version(macos_version()) < Version(PLAN_MACOS):
            return f"that needs macOS {PLAN_MACOS}, this is {macos_version()}"
        from coremltools.models.compute_plan import MLComputePlan

        try:
            # The compiled model: Core ML ends the process when it is given the package itself.
            plan = MLComputePlan.load_from_path(
                path=self._model.get_compiled_model_path(), compute_units=_compute_unit(self._compute_units)
            )
        except Exception as error:  # whatever Core ML's bridge raises
            return f"its plan cannot be read: {_one_line(error)}"
        program = plan.model_structure.program
        function = chosen_function(self._package, self._function)
        if program is None or function not in program.functions:
            return f"its plan has no function {function!r}"
        placement = _read_placement(plan, program.functions[function].block.operations)
        if not placement.devices:
            return f"its plan gives no operator of function {function!r} a device"
        return placement


def macos_version() -> str:
    """Return the version of macOS, for example ``15.1``."""
    return platform.mac_ver()[0]


def load_on_macos(package: Package, compute_units: ComputeUnits, function: str | None) -> CoreMLOnMacOS:
    """Compile and load a package.

    Parameters
    ----------
    compute_units
        The devices that Core ML may use.
    function
        The function of the package to run; None for its default one.

    Raises
    ------
    edge.errors.InputError
        The package has no such function, or Core ML does not load it, or not with these devices.
    """
    from coremltools.models import MLModel

    signature = read_signature(package, function)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=_REFUSED, category=RuntimeWarning)
            model = MLModel(str(package.path), compute_units=_compute_unit(compute_units), function_name=function)
        model.get_compiled_model_path()  # raises if Core ML was not even asked, as for a package of a newer system
    except Exception as error:  # whatever Core ML's compiler or its bridge raises
        raise InputError(
            f"{package.path}: Core ML does not load it ({_one_line(error)}); build the package again, for this macOS"
        ) from error
    return CoreMLOnMacOS(package, model, compute_units, function, signature)


def _compute_unit(compute_units: ComputeUnits) -> Any:
    from coremltools import ComputeUnit

    return ComputeUnit[COMPUTE_UNITS[compute_units]]


def _read_placement(plan: Any, operations: list[Any]) -> Placement:
    """Return the devices of operations of an ML program, nested blocks (which no bundle has) left out."""
    counts: Counter[str] = Counter()
    costs: defaultdict[str, float] = defaultdict(float)
    outside: Counter[str] = Counter()
    supported: Counter[str] = Counter()
    without_device = 0
    for operation in operations:
        usage = plan.get_compute_device_usage_for_mlprogram_operation(operation)
        if usage is None:
            without_device += 1
            continue
        device = _device_name(usage.preferred_compute_device)
        cost = plan.get_estimated_cost_for_mlprogram_operation(operation)
        counts[device] += 1
        costs[device] += 0.0 if cost is None else cost.weight
        if device != NEURAL_ENGINE:
            outside[operation.operator_name] += 1
            supported[operation.operator_name] += NEURAL_ENGINE in map(_device_name, usage.supported_compute_devices)
    total = sum(costs.values())
    return Placement(
        devices={
            name: DeviceShare(operators=count, cost=costs[name] / total if total else None)
            for name, count in sorted(counts.items())
        },
        without_device=without_device,
        outside={
            name: OutsideNeuralEngine(operators=count, supported=supported[name])
            for name, count in outside.most_common()
        },
    )


def _device_name(device: Any) -> str:
    from coremltools.models import compute_device

    for name, words in DEVICES.items():
        if isinstance(device, getattr(compute_device, name)):
            return words
    return type(device).__name__


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
