"""Constants that keep a divisor from 0, and that are 0 for an accelerator that computes in float16."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.plan import Plan
from edge.runtimes.mil.step import Step

# The least epsilon of Apple's own encoders for the Neural Engine: EPS in ane_transformers/huggingface/distilbert.py of
# github.com/apple/ml-ane-transformers ("1e-12 [...] is not friendly with the float16 precision that ANE uses").
# float16's smallest number is 6e-8, which is also what coremltools writes for anything smaller.
SMALLEST_EPSILON = 1e-7

# Parameters whose only use is to keep something from 0.
_EPSILONS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("batch_norm", "instance_norm", "inverse", "l2_norm", "layer_norm", "log", "rsqrt"), "epsilon")
)
# Operations with a number that may be an epsilon: of either operand, or of the lower end.
_FLOORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"add": ("x", "y"), "clip": ("alpha",), "maximum": ("x", "y"), "threshold": ("alpha",)}
)
# Parameters that must not be 0, by operation; a floor of 0 is an ordinary relu everywhere else.
_NOT_ZERO: Mapping[str, str] = MappingProxyType({"inverse": "x", "log": "x", "real_div": "y", "rsqrt": "x"})


def small_constants(plan: Plan) -> Mapping[int, list[tuple[str, float]]]:
    """Find the float16 operations of a plan with an epsilon below `SMALLEST_EPSILON`.

    Returns
    -------
    Mapping
        Key of the operation's first result to the parameter's name and the constant's value, for each finding. A
        constant of 0 counts as an ``epsilon``, and in an operation whose result something divides by.
    """
    producers = {result.key: step for step in plan.steps for result in step.results}
    divisors = {key for step in plan.steps if (key := _key(step, _NOT_ZERO.get(step.operation))) is not None}
    found: dict[int, list[tuple[str, float]]] = {}
    for step in plan.steps:
        first = step.results[0]
        if first.declared != np.float16:
            continue
        small = [*_small_epsilon(step, plan, producers), *_small_floors(step, plan, first.key in divisors)]
        if small:
            found[first.key] = small
    return found


def _small_epsilon(step: Step, plan: Plan, producers: Mapping[int, Step]) -> Iterator[tuple[str, float]]:
    parameter = _EPSILONS.get(step.operation)
    value = _number(plan, _key(step, parameter))
    if parameter is None or value is None or not 0 <= value < SMALLEST_EPSILON:
        return
    # torch.rsqrt, torch.log and others come with MIL's default epsilon; what they read may have a floor of its own.
    read = _key(step, "x")
    before = None if read is None else producers.get(read)
    if before is None or not any(number >= SMALLEST_EPSILON for _, number in _floors(before, plan)):
        yield parameter, value


def _small_floors(step: Step, plan: Plan, divides: bool) -> Iterator[tuple[str, float]]:
    for parameter, value in _floors(step, plan):
        if 0 < abs(value) < SMALLEST_EPSILON or (divides and value == 0):
            yield parameter, value


def _floors(step: Step, plan: Plan) -> Iterator[tuple[str, float]]:
    """Yield the single numbers that a step adds to what it reads, or keeps it above."""
    for parameter in _FLOORS.get(step.operation, ()):
        value = _number(plan, _key(step, parameter))
        if value is not None:
            yield parameter, value


def _key(step: Step, parameter: str | None) -> int | None:
    key = step.arguments.get(parameter) if parameter is not None else None
    return key if isinstance(key, int) else None


def _number(plan: Plan, key: int | None) -> float | None:
    value: Any = None if key is None or key not in plan.declarations else plan.constants[key]
    return (
        float(value.item()) if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size == 1 else None
    )
