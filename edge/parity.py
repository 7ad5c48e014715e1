"""Parity: how close an artifact's outputs are to the fp32 reference's."""

from collections.abc import Sequence

import numpy as np

from edge.errors import InputError
from edge.golden import Outputs
from edge.tasks import Task

# In decibels; stands for outputs equal to the last bit, since JSON has no infinity.
SQNR_LIMIT = 999.0


def measure_parity(reference: Sequence[Outputs], artifact: Sequence[Outputs], task: Task) -> dict[str, float]:
    """Compare the outputs of the same examples.

    Returns
    -------
    dict
        ``cosine``: the lowest cosine of any example (all its positions as one vector). ``sqnr_db``: energy of the
        reference over energy of the difference, over all examples, in decibels. ``max_abs``: the largest difference
        of any value. ``max_relative``: the same over the reference's largest magnitude. ``top1``: share of examples
        (of positions, where outputs have one for each token) with the same best entry; or ``rank``: Spearman's
        correlation of all pairwise cosine similarities, or of the values where an example has a single one.

    Raises
    ------
    InputError
        If names or shapes differ.
    """
    if [_shapes(values) for values in reference] != [_shapes(values) for values in artifact]:
        raise InputError("the artifact's outputs have other shapes than the reference's; build the bundle again")
    expected, found = _vectors(reference), _vectors(artifact)
    single = all(vector.size == 1 for vector in _joined(reference))
    agreement_name = "rank" if single or task.compared_by == "rank" else "top1"
    if not all(np.isfinite(vector).all() for vector in found):
        # NaN would pass no comparison and fail none: say the worst instead.
        return {"cosine": -1.0, "sqnr_db": -SQNR_LIMIT, "max_abs": 1e38, "max_relative": 1e38, agreement_name: -1.0}
    signal = sum(float(np.square(vector).sum()) for vector in expected)
    noise = sum(float(np.square(a - b).sum()) for a, b in zip(expected, found, strict=True))
    largest = max(float(np.abs(a - b).max()) for a, b in zip(expected, found, strict=True))
    peak = max(float(np.abs(vector).max()) for vector in expected)
    agreement = _rank(reference, artifact) if agreement_name == "rank" else _top1(reference, artifact)
    return {
        "cosine": worst_cosine(reference, artifact),
        "sqnr_db": _decibels(signal, noise),
        "max_abs": largest,
        "max_relative": largest / peak if peak > 0 else largest,
        agreement_name: agreement,
    }


def worst_cosine(reference: Sequence[Outputs], artifact: Sequence[Outputs]) -> float:
    """Return the lowest cosine of any example, all its outputs and positions as one vector; -1 if one is not finite."""
    expected, found = _vectors(reference), _vectors(artifact)
    if not all(np.isfinite(vector).all() for vector in found):
        return -1.0
    return min(_cosine(a, b) for a, b in zip(expected, found, strict=True))


def _shapes(outputs: Outputs) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in outputs.items()}


def _decibels(signal: float, noise: float) -> float:
    if noise == 0:
        return SQNR_LIMIT
    return min(10 * float(np.log10(signal / noise)), SQNR_LIMIT) if signal > 0 else -SQNR_LIMIT


def _joined(outputs: Sequence[Outputs]) -> list[np.ndarray]:
    """Return all outputs of each example as one float64 vector."""
    return [
        np.concatenate([value.reshape(-1) for _, value in sorted(values.items())]).astype(np.float64)
        for values in outputs
    ]


def _vectors(outputs: Sequence[Outputs]) -> list[np.ndarray]:
    """Return the vectors whose direction counts: one for each example, or one of all where each has one value."""
    joined = _joined(outputs)
    return [np.concatenate(joined)] if all(vector.size == 1 for vector in joined) else joined


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    if norms == 0:
        return 1.0 if np.array_equal(a, b) else 0.0
    # Rounding can lift the quotient of equal vectors above 1.
    return min(float(a @ b) / norms, 1.0)


def _top1(reference: Sequence[Outputs], artifact: Sequence[Outputs]) -> float:
    same = [
        wanted[name].argmax(axis=-1) == got[name].argmax(axis=-1)
        for wanted, got in zip(reference, artifact, strict=True)
        for name in wanted
    ]
    return float(np.concatenate([np.atleast_1d(flags) for flags in same]).mean())


def _rank(reference: Sequence[Outputs], artifact: Sequence[Outputs]) -> float:
    from scipy.stats import spearmanr

    expected, found = _compared_values(reference), _compared_values(artifact)
    # Constant values have no ranks, so nothing correlates.
    if np.ptp(expected) == 0 or np.ptp(found) == 0:
        return 0.0
    return float(spearmanr(expected, found).statistic)


def _compared_values(outputs: Sequence[Outputs]) -> np.ndarray:
    """Return each example's single value, or the cosine similarities of all pairs of examples."""
    vectors = [next(iter(values.values())) for values in outputs]
    if all(vector.size == 1 for vector in vectors):
        return np.concatenate([vector.reshape(-1) for vector in vectors])
    matrix = np.stack([vector.mean(axis=0) if vector.ndim == 2 else vector for vector in vectors]).astype(np.float64)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return (matrix @ matrix.T)[np.triu_indices(len(matrix), k=1)]
