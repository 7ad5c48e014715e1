"""Spearman's rank correlation where it may not be defined, and shares of equal answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def rank_correlation(values: Sequence[float], others: Sequence[float]) -> float:
    """Return Spearman's correlation; 0 where it is not defined: equal or infinite values have no ranks."""
    from scipy.stats import spearmanr

    first, second = np.array(values, dtype=np.float64), np.array(others, dtype=np.float64)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return 0.0
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 1.0 if np.array_equal(first, second) else 0.0
    return float(spearmanr(first, second).statistic)


def share_equal(answers: Sequence[Any], others: Sequence[Any]) -> float:
    """Return the share of answers that equal the other at the same place; 1 if there are none."""
    if not answers:
        return 1.0
    return sum(answer == other for answer, other in zip(answers, others, strict=True)) / len(answers)
