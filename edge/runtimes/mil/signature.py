"""What a package accepts: the name, the dtype and the shapes of each input, and the check of given inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.errors import InputError
from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.package import Package, chosen_function

_DTYPES: Mapping[str, type[np.generic]] = MappingProxyType(
    {"INT32": np.int32, "INT8": np.int8, "FLOAT16": np.float16, "FLOAT32": np.float32, "DOUBLE": np.float64}
)


@dataclass(frozen=True)
class Bounds:
    """The sizes that one dimension may have, both ends included; `high` is None where there is no limit."""

    low: int
    high: int | None

    def allows(self, size: int) -> bool:
        """Return whether a dimension of this size is accepted."""
        return self.low <= size and (self.high is None or size <= self.high)

    def __str__(self) -> str:
        if self.low == self.high:
            return str(self.low)
        return f"{self.low}..{'' if self.high is None else self.high}"


@dataclass(frozen=True)
class InputSignature:
    """One input of a package; a shape fits when it fits one of the alternatives in `shapes`."""

    name: str
    dtype: np.dtype[Any]
    shapes: tuple[tuple[Bounds, ...], ...]

    def __str__(self) -> str:
        shapes = " or ".join(f"[{', '.join(map(str, shape))}]" for shape in self.shapes)
        return f"{self.dtype} {shapes}"

    def allows(self, array: Array) -> bool:
        """Return whether dtype and shape fit."""
        return array.dtype == self.dtype and any(
            len(shape) == array.ndim and all(map(Bounds.allows, shape, array.shape)) for shape in self.shapes
        )


def read_signature(package: Package, function: str | None = None) -> tuple[InputSignature, ...]:
    """Return the inputs that the package's description declares for one function.

    Parameters
    ----------
    function
        Its name; None takes the package's default function.

    Raises
    ------
    edge.errors.InputError
        The package has no such function, or an input is no array, or an array of an unknown dtype.
    """
    name = chosen_function(package, function)
    # Only a package of several functions describes them one by one.
    several = {described.name: described.input for described in package.spec.description.functions}
    features = several.get(name, package.spec.description.input)
    return tuple(_input_signature(package, feature) for feature in features)


def check_inputs(signature: tuple[InputSignature, ...], inputs: Mapping[str, Array]) -> None:
    """Check the names, dtypes and shapes of `inputs`.

    Raises
    ------
    edge.errors.InputError
        A name is missing or unknown, or an array does not fit; the message says what is expected.
    """
    expected = {declared.name: declared for declared in signature}
    if inputs.keys() != expected.keys():
        raise InputError(f"inputs are {sorted(inputs)}, the Core ML package takes {sorted(expected)}")
    for name, declared in expected.items():
        array = np.asarray(inputs[name])
        if not declared.allows(array):
            raise InputError(f"input {name!r} is {array.dtype} {list(array.shape)}, the package takes {declared}")


def _input_signature(package: Package, feature: Any) -> InputSignature:
    array = feature.type.multiArrayType
    dtype = array.ArrayDataType.Name(array.dataType)
    if feature.type.WhichOneof("Type") != "multiArrayType" or dtype not in _DTYPES:
        raise InputError(f"{package.path}: input {feature.name!r} is not an array of a known dtype")
    match array.WhichOneof("ShapeFlexibility"):
        case "enumeratedShapes":
            # Core ML puts the default shape first; a message reads better in ascending order.
            sizes = sorted(tuple(each.shape) for each in array.enumeratedShapes.shapes)
            shapes = tuple(tuple(Bounds(size, size) for size in each) for each in sizes)
        case "shapeRange":
            ranges = array.shapeRange.sizeRanges
            shapes = (tuple(Bounds(each.lowerBound, _limit(each.upperBound)) for each in ranges),)
        case _:
            shapes = (tuple(Bounds(size, size) for size in array.shape),)
    return InputSignature(feature.name, np.dtype(_DTYPES[dtype]), shapes)


def _limit(upper_bound: int) -> int | None:
    return None if upper_bound < 0 else upper_bound  # Core ML writes "no limit" as -1
