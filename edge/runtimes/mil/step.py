"""One operation of a program, ready to run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.errors import ConversionError, InputError
from edge.runtimes.mil.arrays import Array, held_dtype, rounded_to_half


@dataclass(frozen=True)
class Result:
    """One output of a step.

    Attributes
    ----------
    key
        Where the plan keeps the value.
    name
        The variable's name in the package.
    declared
        The dtype in the package.
    rounds
        Whether the operation's float32 result has to be rounded to float16.
    shape
        The declared shape; None stands for a size that depends on the inputs.
    """

    key: int
    name: str
    declared: np.dtype[Any]
    rounds: bool
    shape: tuple[int | None, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype in which the value is held (`edge.runtimes.mil.arrays`)."""
        return held_dtype(self.declared)


@dataclass(frozen=True)
class Step:
    """One operation with its numpy function and the keys of its arguments and results.

    Attributes
    ----------
    operation
        The MIL operation's type, such as ``layer_norm``.
    arguments
        Parameter name to the key of its value, or to several keys where the parameter takes a list.
    released
        Keys that no later step reads.
    """

    operation: str
    function: Callable[..., Any]
    arguments: Mapping[str, int | tuple[int, ...]]
    results: tuple[Result, ...]
    released: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name of the first variable that the step produces."""
        return self.results[0].name

    @property
    def read_keys(self) -> tuple[int, ...]:
        """The keys of all arguments."""
        return tuple(each for key in self.arguments.values() for each in (key if isinstance(key, tuple) else (key,)))


def step_arguments(step: Step, values: Mapping[int, Any]) -> dict[str, Any]:
    """Return what `step` passes to its function, by parameter name."""
    return {
        parameter: tuple(values[each] for each in key) if isinstance(key, tuple) else values[key]
        for parameter, key in step.arguments.items()
    }


def run_step(step: Step, values: dict[int, Any]) -> tuple[Array, ...]:
    """Run one step: read its arguments from `values`, store its results there, and return them.

    Raises
    ------
    edge.errors.InputError
        An index, such as a token id, lies outside of the table that it indexes.
    edge.errors.ConversionError
        The operation fails, or its result has not the shape that the package declares.
    """
    try:
        produced = step.function(**step_arguments(step, values))
    except (ValueError, TypeError, IndexError, NotImplementedError) as error:
        reason = " ".join(str(error).split())
        if isinstance(error, IndexError) and step.operation.startswith("gather"):
            raise InputError(
                f"Core ML operation {step.operation} {step.name!r}: {reason}; check the token ids"
            ) from error
        raise ConversionError(f"Core ML operation {step.operation} {step.name!r}: {reason}") from error
    several = produced if isinstance(produced, tuple) else (produced,)
    if len(several) != len(step.results):
        raise ConversionError(
            f"Core ML operation {step.operation} {step.name!r}: {len(several)} results instead of {len(step.results)}"
        )
    stored = tuple(_as_declared(step, value, result) for value, result in zip(several, step.results, strict=True))
    values.update(zip((result.key for result in step.results), stored, strict=True))
    return stored


def _as_declared(step: Step, value: Any, result: Result) -> Array:
    array = np.asarray(value)
    if len(array.shape) != len(result.shape) or any(
        declared is not None and declared != actual for actual, declared in zip(array.shape, result.shape, strict=True)
    ):
        # A wrong result that broadcasts would travel on unnoticed.
        raise ConversionError(
            f"Core ML operation {step.operation} {result.name!r}: shape {list(array.shape)} instead of "
            f"{list(result.shape)}"
        )
    return rounded_to_half(array) if result.rounds else array.astype(result.dtype, copy=False)
