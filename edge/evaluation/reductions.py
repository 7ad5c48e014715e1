"""What a worker keeps of an example's outputs: a vector for each of 30,000 words and each token would fill the disk."""

from collections.abc import Callable

import numpy as np

from edge.golden import Outputs


def _mean(value: np.ndarray) -> np.ndarray:
    return value if value.ndim == 1 else value.mean(axis=0)


def _best(value: np.ndarray) -> np.ndarray:
    return value.argmax(axis=-1)


# Of an output at the example's positions, (positions, width) or (width,): all of it, the mean of the positions'
# vectors, or the index of each position's largest entry.
REDUCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "whole": lambda value: value,
    "mean": _mean,
    "best": _best,
}


def reduce_outputs(outputs: Outputs, reduction: str) -> Outputs:
    """Apply a reduction to each of an example's outputs."""
    return {name: REDUCTIONS[reduction](value) for name, value in outputs.items()}
