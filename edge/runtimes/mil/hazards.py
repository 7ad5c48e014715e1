"""What breaks on a device although the program is valid: infinities, NaN, and constants that float16 loses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from edge.runtimes.mil.arrays import Array, held
from edge.runtimes.mil.classes import CLASSIFY, wrong_probabilities
from edge.runtimes.mil.execution import execute
from edge.runtimes.mil.plan import Plan
from edge.runtimes.mil.small_constants import SMALLEST_EPSILON, small_constants
from edge.runtimes.mil.step import Result, Step, step_arguments

_LARGEST_HALF = float(np.finfo(np.float16).max)

# torch.clamp with one end only comes with the largest float32 as the other, which float16 makes infinite: no limit.
_NO_LIMIT: Mapping[tuple[str, str], float] = MappingProxyType({("clip", "alpha"): -np.inf, ("clip", "beta"): np.inf})


@dataclass(frozen=True)
class Hazard:
    """One finding at one operation.

    Attributes
    ----------
    kind
        ``overflow``: a value is infinite. ``not-a-number``: a value is NaN. ``epsilon``: a constant that keeps a
        divisor from 0, or a logarithm from -inf, is 0 for a float16 accelerator. ``wrong-probability``: a label's is
        not the softmax of the logits.
    dtype
        The dtype in which it happens: ``float16`` or ``float32``.
    operation, variable
        The operation's type, and the name of the variable that it produces.
    detail
        What was found, without the operation.
    """

    kind: Literal["overflow", "not-a-number", "epsilon", "wrong-probability"]
    dtype: str
    operation: str
    variable: str
    detail: str

    def __str__(self) -> str:
        return f"{self.dtype} {self.kind} in {self.operation} {self.variable!r}: {self.detail}"


def search_run(plan: Plan, inputs: Mapping[str, Array]) -> tuple[dict[str, Array], list[Hazard]]:
    """Run a plan once; return its outputs, and what an accelerator would compute differently in program order.

    An infinity or a NaN is reported where it appears first, not in what is computed from it; so is one that a later
    operation turns into a right value, such as a score of -inf that softmax turns into 0: a row of nothing else is
    NaN, and accelerators differ there. Constants are looked at in float16 operations only.

    Parameters
    ----------
    plan
        From `edge.runtimes.mil.evaluator.plan_package`.
    inputs
        One array per input, already checked (`edge.runtimes.mil.signature.check_inputs`). With padding they show what
        the mask does.

    Raises
    ------
    edge.errors.InputError
        A token id lies outside of its table.
    edge.errors.ConversionError
        An operation fails; the message names it.
    """
    search = _Search(plan, inputs)
    outputs = execute(plan, inputs, search.observe)
    search.compare_classes(outputs)
    return outputs, search.found


class _Search:
    """Looks at each step of one run, and keeps the values that later steps read."""

    def __init__(self, plan: Plan, inputs: Mapping[str, Array]) -> None:
        self.found: list[Hazard] = []
        self._plan = plan
        self._declarations = plan.declarations
        self._values: dict[int, Any] = dict(plan.constants)
        self._values.update((key, held(inputs[name])) for name, key in plan.inputs.items())
        self._affected = {key for key, value in self._values.items() if not _is_finite(value)}
        self._reported_constants: set[int] = set()
        self._small: Mapping[int, list[tuple[str, float]]] = small_constants(plan)

    def observe(self, step: Step, results: tuple[Array, ...]) -> None:
        self._report_constants(step)
        self._report_results(step, results)
        self._values.update(zip((result.key for result in step.results), results, strict=True))
        for key in step.released:
            del self._values[key]

    def compare_classes(self, outputs: Mapping[str, Array]) -> None:
        """Hold a classifier's probabilities against its other output: its logits, which stand in the same order."""
        classes = self._plan.classes
        if classes is None or len(outputs) != 1:
            return
        (logits,) = outputs.values()
        difference = wrong_probabilities(classes, self._values, logits)
        if difference is not None:
            self.found.append(Hazard("wrong-probability", "float32", CLASSIFY, classes.name, difference))

    def _report_constants(self, step: Step) -> None:
        for parameter, given in step.arguments.items():
            for key in given if isinstance(given, tuple) else (given,):
                if self._is_broken(key, _NO_LIMIT.get((step.operation, parameter))):
                    # One constant is one hazard, however many operations read it.
                    self._reported_constants.add(key)
                    kind, counts = _described(self._values[key])
                    detail = f"{counts} in its constant {self._declarations[key].name!r}"
                    self.found.append(Hazard(kind, "float16", step.operation, step.name, detail))
        for parameter, value in self._small.get(step.results[0].key, ()):
            why = (
                "it divides by 0 where its input is 0"
                if value == 0
                else f"below {SMALLEST_EPSILON:g}, a float16 accelerator may take it for 0"
            )
            self.found.append(
                Hazard("epsilon", "float16", step.operation, step.name, f"its {parameter} is {value:.2g}; {why}")
            )

    def _is_broken(self, key: int, harmless: float | None) -> bool:
        """Return whether a value is a float16 constant with an infinity or a NaN, and not the single one `harmless`."""
        if key not in self._affected or key in self._reported_constants or key not in self._declarations:
            return False
        value = self._values[key]
        # In float32 an infinite mask is a choice of the model's; in float16 it may be what the cast made.
        return self._declarations[key].declared == np.float16 and not (value.size == 1 and value.item() == harmless)

    def _report_results(self, step: Step, results: tuple[Array, ...]) -> None:
        broken = [(result, value) for result, value in zip(step.results, results, strict=True) if not _is_finite(value)]
        if not broken:
            return
        if self._affected.isdisjoint(step.read_keys):
            for result, value in broken:
                kind, counts = _described(value)
                detail = counts + self._before_rounding(step, result, value)
                self.found.append(Hazard(kind, str(result.declared), step.operation, result.name, detail))
        self._affected.update(result.key for result, _ in broken)

    def _before_rounding(self, step: Step, result: Result, value: Array) -> str:
        """Return how large the infinite values were, or nothing where float32 has no finite number for them."""
        if not result.rounds:
            return ""
        produced = step.function(**step_arguments(step, self._values))
        several = produced if isinstance(produced, tuple) else (produced,)
        exact = np.abs(several[step.results.index(result)][np.isinf(value)])
        if not exact.size or not np.isfinite(exact).all():
            return ""
        return f" (up to {exact.max():.3g} before rounding; float16 ends at {_LARGEST_HALF:.0f})"


def _is_finite(value: Any) -> bool:
    return not (isinstance(value, np.ndarray) and value.dtype.kind == "f") or bool(np.isfinite(value).all())


def _described(value: Array) -> tuple[Literal["overflow", "not-a-number"], str]:
    """Return the kind of an array that is not finite, and how many of its values are what."""
    counts = {
        "NaN": np.isnan(value).sum(),
        "-inf": np.isneginf(value).sum(),
        "inf": np.isposinf(value).sum(),
    }
    first, *others = ((name, int(count)) for name, count in counts.items() if count)
    text = f"{first[1]} of {value.size} values {'is' if first[1] == 1 else 'are'} {first[0]}"
    text += "".join(f", {count} {name}" for name, count in others)
    return "not-a-number" if first[0] == "NaN" else "overflow", text
