"""The label that a classifier's package answers with: MIL's operation ``classify`` of one tensor of floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.package import Package, function_operations

CLASSIFY = "classify"

# float32 has 24 bits for a number below 1; two softmaxes differ in the last few.
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Classes:
    """What ``classify`` reads.

    Attributes
    ----------
    name
        The variable of the label.
    labels
        In the order of the probabilities.
    probabilities
        Key of their value in the plan.
    """

    name: str
    labels: tuple[str, ...]
    probabilities: int


@dataclass(frozen=True)
class Classification:
    """What Core ML answers: the label with the largest probability, and the probability of each label."""

    label: str
    probabilities: Mapping[str, float]


def read_classes(package: Package, function: str | None = None) -> tuple[str, ...] | None:
    """Return the labels of a package's function in the order of its probabilities; None if it gives no label.

    Parameters
    ----------
    function
        As in `edge.runtimes.mil.package.chosen_function`, which also says what is raised.
    """
    for operation in function_operations(package, function):
        if operation.type == CLASSIFY:
            (given,) = operation.inputs["classes"].arguments
            return tuple(
                text
                for value in given.value.immediateValue.list.values
                for text in value.immediateValue.tensor.strings.values
            )
    return None


def classify(classes: Classes, values: Mapping[int, Any]) -> Classification:
    """Return the answer from the values of a plan that has run."""
    probabilities = np.asarray(values[classes.probabilities], dtype=np.float64).ravel()
    named = dict(zip(classes.labels, probabilities.tolist(), strict=True))
    return Classification(classes.labels[int(probabilities.argmax())], named)


def wrong_probabilities(classes: Classes, values: Mapping[int, Any], logits: Array) -> str | None:
    """Return how the probabilities differ from the softmax of `logits`, which are in the same order; None if not."""
    found = np.asarray(values[classes.probabilities], dtype=np.float64).ravel()
    scores = np.exp(logits.astype(np.float64).ravel() - logits.max())
    if found.shape != scores.shape:
        return f"{found.size} probabilities for {scores.size} logits"
    expected = scores / scores.sum()
    worst = int(np.abs(found - expected).argmax())
    if abs(found[worst] - expected[worst]) <= _TOLERANCE:
        return None
    return f"{classes.labels[worst]!r} has {found[worst]:.6f}, the softmax of the logits {expected[worst]:.6f}"
