"""The plan of a program: its constants, decompressed once, and the steps that depend on the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import held
from edge.runtimes.mil.classes import CLASSIFY, Classes
from edge.runtimes.mil.operations import KEEPS_VALUES, OPERATIONS
from edge.runtimes.mil.step import Result, Step, run_step


@dataclass(frozen=True)
class Constant:
    """Name and dtype of a constant, as the package declares them."""

    name: str
    declared: np.dtype[Any]


@dataclass(frozen=True)
class Plan:
    """What has to be done for one run.

    Attributes
    ----------
    inputs, outputs
        Name in the package to the key of its value.
    constants
        Values that the steps read and that no run changes.
    declarations
        What the package says about each of `constants` that is no string.
    steps
        In the order of the program.
    classes
        Of a classifier's label, which is no array and stands in no output here; None for other packages.
    """

    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    constants: Mapping[int, Any]
    declarations: Mapping[int, Constant]
    steps: tuple[Step, ...]
    classes: Classes | None = None


def build_plan(function: Any) -> Plan:
    """Plan a coremltools MIL function whose operations are all in `OPERATIONS`.

    Operations on constants only, such as the dequantisation of weights, are run here and never again.

    Raises
    ------
    edge.errors.ConversionError
        An operation on constants fails.
    """
    keys = _Keys()
    inputs = {name: keys.of(variable) for name, variable in function.inputs.items()}
    constants: dict[int, Any] = {}
    declarations: dict[int, Constant] = {}
    steps: list[Step] = []
    classes: Classes | None = None
    for operation in function.operations:
        if operation.op_type == CLASSIFY:
            labels = tuple(map(str, operation.inputs["classes"].val))
            classes = Classes(operation.outputs[0].name, labels, keys.of(operation.inputs["probabilities"]))
            continue
        if operation.op_type == "const":
            variable = operation.outputs[0]
            if isinstance(variable.val, list):
                continue  # a classifier's labels
            constants[keys.of(variable)] = _constant(variable.val)
            if not isinstance(variable.val, str):
                declarations[keys.of(variable)] = Constant(variable.name, np.asarray(variable.val).dtype)
            continue
        step = _step(operation, keys)
        if all(key in constants for key in step.read_keys):
            with np.errstate(all="ignore"):
                run_step(step, constants)
            declarations.update((result.key, Constant(result.name, result.declared)) for result in step.results)
        else:
            steps.append(step)
    outputs = {
        variable.name: keys.of(variable)
        for variable in function.outputs
        if variable.op is None or variable.op.op_type != CLASSIFY
    }
    results = {*outputs.values(), *([classes.probabilities] if classes is not None else [])}
    needed = {key for step in steps for key in step.read_keys} | results
    return Plan(
        inputs=inputs,
        outputs=outputs,
        constants={key: value for key, value in constants.items() if key in needed},
        declarations={key: declared for key, declared in declarations.items() if key in needed},
        steps=_with_releases(steps, kept=constants.keys() | results),
        classes=classes,
    )


class _Keys:
    """Numbers for variables. Names would not do: coremltools may give one of its own variables a taken name."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, variable: Any) -> int:
        return self._numbers.setdefault(variable, len(self._numbers))


def _constant(value: Any) -> Any:
    return value if isinstance(value, str) else held(value)


def _step(operation: Any, keys: _Keys) -> Step:
    arguments = {
        parameter: tuple(map(keys.of, given)) if isinstance(given, (list, tuple)) else keys.of(given)
        for parameter, given in operation.inputs.items()
        if given is not None
    }
    results = tuple(_result(operation.op_type, variable, keys) for variable in operation.outputs)
    return Step(operation.op_type, OPERATIONS[operation.op_type], arguments, results)


def _result(operation: str, variable: Any, keys: _Keys) -> Result:
    from coremltools.converters.mil.mil import types

    dtype = np.dtype(types.nptype_from_builtin(variable.dtype))
    rounds = dtype == np.float16 and operation not in KEEPS_VALUES
    shape = tuple(int(size) if isinstance(size, (int, np.integer)) else None for size in variable.shape)
    return Result(keys.of(variable), variable.name, dtype, rounds, shape)


def _with_releases(steps: list[Step], kept: set[int]) -> tuple[Step, ...]:
    seen = set(kept)
    planned: list[Step] = []
    for step in reversed(steps):
        # A result that nothing reads is released by the step that makes it.
        last_used = {*step.read_keys, *(result.key for result in step.results)} - seen
        seen |= last_used
        planned.append(replace(step, released=tuple(sorted(last_used))))
    return tuple(reversed(planned))
