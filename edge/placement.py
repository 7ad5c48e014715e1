"""Where Core ML says that the operators of a package run."""

from edge.artifact import Strict
from edge.compute_units import ComputeUnits

NEURAL_ENGINE = "Neural Engine"


class DeviceShare(Strict):
    """What one device is to do.

    Attributes
    ----------
    operators
        Number of operators that Core ML prefers to run there.
    cost
        Their share of the estimated cost of all operators, 0 to 1; None if Core ML estimates none.
    """

    operators: int
    cost: float | None


class OutsideNeuralEngine(Strict):
    """Operators of one type for which Core ML prefers another device.

    Attributes
    ----------
    operators
        Their number.
    supported
        How many of them the Neural Engine could run.
    """

    operators: int
    supported: int


class Placement(Strict):
    """Core ML's plan for one function of a package.

    Attributes
    ----------
    devices
        By device: ``CPU``, ``GPU``, ``Neural Engine``.
    without_device
        Number of operators that Core ML gives no device, such as constants.
    outside
        By operator type as Core ML names it, for example ``ios17.gather``.
    """

    devices: dict[str, DeviceShare]
    without_device: int
    outside: dict[str, OutsideNeuralEngine]


class CoreMLDevices(Strict):
    """The devices of one measurement with Core ML.

    Attributes
    ----------
    compute_units
        What Core ML was allowed to use.
    placement
        What it plans to use; None if it does not say.
    placement_missing
        Why it does not say, in one line; None if it does.
    """

    compute_units: ComputeUnits
    placement: Placement | None
    placement_missing: str | None


def describe_placement(artifact: str, devices: CoreMLDevices) -> str:
    """Return one line on where the artifact of this id runs.

    For example ``coreml-fp16-128: 412 of 430 operators prefer the Neural Engine, 98% of estimated cost; elsewhere
    ios17.gather 4, ios17.cast 14``.
    """
    placement = devices.placement
    if placement is None:
        return f"{artifact}: Core ML does not say where its operators run ({devices.placement_missing})"
    total = sum(share.operators for share in placement.devices.values())
    engine = placement.devices.get(NEURAL_ENGINE)
    line = f"{artifact}: {engine.operators if engine else 0} of {total} operators prefer the Neural Engine"
    if engine is not None and engine.cost is not None:
        line += f", {engine.cost:.0%} of estimated cost"
    if placement.outside:
        line += "; elsewhere " + ", ".join(f"{name} {each.operators}" for name, each in placement.outside.items())
    return line
