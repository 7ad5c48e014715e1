"""Whether each layer of a package computes what the converted model computed, and the first that does not."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError, model_validator

from edge.artifact import Strict
from edge.errors import ConversionError, InputError
from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.execution import execute
from edge.runtimes.mil.plan import Plan
from edge.runtimes.mil.step import Step

# In decibels; stands for values that are equal to the last bit, or that are no numbers.
SQNR_LIMIT = 999.0

# What coremltools' cast to float16 appends to the name of a variable.
_SUFFIXES = ("", "_cast_fp16")


class RecordedLayer(Strict):
    """Some of the values that one module returned.

    Attributes
    ----------
    variable
        Name that `converters.operation_names.name_operations` gave to the module's result.
    positions, channels, values
        Of each value: its token, its channel, and the value in float32. All three are equally long.
    """

    variable: str
    positions: tuple[int, ...]
    channels: tuple[int, ...]
    values: tuple[float, ...]

    @model_validator(mode="after")
    def _equally_long(self) -> "RecordedLayer":
        if not 0 < len(self.positions) == len(self.channels) == len(self.values):
            raise ValueError("positions, channels and values differ in number, or are none")
        return self


class LayerValues(Strict):
    """What the modules of a float model returned for one example.

    Attributes
    ----------
    inputs
        Input name to the S numbers of the example, padding included.
    layers
        Module name to its values, in the order in which the modules ran.
    """

    inputs: Mapping[str, tuple[int, ...]]
    layers: Mapping[str, RecordedLayer]

    @property
    def sequence_length(self) -> int:
        """Tokens of the example, padding included."""
        return len(next(iter(self.inputs.values())))

    def arrays(self) -> dict[str, Array]:
        """Return the inputs as int32 arrays of shape (1, S)."""
        return {name: np.array([values], dtype=np.int32) for name, values in self.inputs.items()}

    def save(self, path: Path) -> None:
        """Write a JSON file; `load_layer_values` reads it."""
        text = json.dumps(self.model_dump(mode="json"), separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class LayerDeviation:
    """How far a package's operation is from the module that it was made from.

    Attributes
    ----------
    operation, variable
        The operation's type, and the name of the variable that it produces.
    layer
        The module's name.
    sqnr_db
        Energy of the recorded values over energy of the differences, in decibels, between -`SQNR_LIMIT` and
        `SQNR_LIMIT`.
    """

    operation: str
    variable: str
    layer: str
    sqnr_db: float

    def __str__(self) -> str:
        if self.sqnr_db == -SQNR_LIMIT:
            return f"{self.operation} {self.variable!r} is not finite, or not 0 as the layer {self.layer} is"
        return f"{self.operation} {self.variable!r} is {self.sqnr_db:.1f} dB from the layer {self.layer}"


def load_layer_values(path: Path) -> LayerValues:
    """Read what `LayerValues.save` wrote.

    Raises
    ------
    edge.errors.InputError
        The file is missing or damaged.
    """
    try:
        return LayerValues.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); build the bundle again") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a file of layer values; build the bundle again") from error


def layer_deviations(plan: Plan, recorded: LayerValues) -> list[LayerDeviation]:
    """Run a plan on the recorded example and compare every recorded layer, in the order of the program.

    A quantized layer is compared before its output is rounded to int8: the rounding belongs to what follows.

    Parameters
    ----------
    plan
        From `edge.runtimes.mil.evaluator.plan_package`, of the length of the recorded example.

    Raises
    ------
    edge.errors.InputError
        The recorded inputs are not those of the plan.
    edge.errors.ConversionError
        No operation produces a recorded layer, or its result has another shape.
    """
    if recorded.inputs.keys() != plan.inputs.keys():
        raise InputError(
            f"layer values are of inputs {sorted(recorded.inputs)}, the package takes {sorted(plan.inputs)}"
        )
    layers = {f"{layer.variable}{suffix}": name for name, layer in recorded.layers.items() for suffix in _SUFFIXES}
    found: dict[str, LayerDeviation] = {}

    def compare(step: Step, results: tuple[Array, ...]) -> None:
        name = layers.get(step.name)
        if name is not None and name not in found:
            sqnr = _sqnr_db(recorded.layers[name], name, results[0])
            found[name] = LayerDeviation(step.operation, step.name, name, sqnr)

    execute(plan, recorded.arrays(), compare)
    for name, layer in recorded.layers.items():
        if name not in found:
            raise ConversionError(f"the package has no operation {layer.variable!r} for the layer {name}")
    return list(found.values())


def first_wrong_layer(deviations: Iterable[LayerDeviation], least_db: float) -> LayerDeviation | None:
    """Return the first deviation below `least_db`: what follows a wrong layer is wrong too. None if there is none."""
    return next((each for each in deviations if each.sqnr_db < least_db), None)


def _sqnr_db(layer: RecordedLayer, name: str, result: Array) -> float:
    found = _picked(result, layer.positions, layer.channels, name).astype(np.float64)
    expected = np.array(layer.values)
    noise, signal = float(np.square(found - expected).sum()), float(np.square(expected).sum())
    if not np.isfinite(noise):
        return -SQNR_LIMIT
    if noise == 0:
        return SQNR_LIMIT
    return max(10 * float(np.log10(signal / noise)), -SQNR_LIMIT) if signal > 0 else -SQNR_LIMIT


def _picked(result: Array, positions: Sequence[int], channels: Sequence[int], name: str) -> Array:
    """Return single values of a result (S, C), (1, S, C) or (1, C, 1, S)."""
    rows = result.reshape(result.shape[1], -1).T if result.ndim == 4 else result.reshape(-1, result.shape[-1])
    if max(positions) >= rows.shape[0] or max(channels) >= rows.shape[1]:
        raise ConversionError(f"the package's layer {name} has shape {list(result.shape)}, not that of the model")
    picked: Array = rows[list(positions), list(channels)]
    return picked
