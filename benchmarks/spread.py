"""Medians with their spread, and ratios taken within a round."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LOW, HIGH = 5, 95

# From here on a spread is called wide: the part of the median that lies between both percentiles.
WIDE = 0.15


@dataclass(frozen=True)
class Spread:
    """Median and the 5th and 95th percentile, between the smallest and the largest value."""

    median: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """Distance between the percentiles as a part of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0

    @property
    def is_wide(self) -> bool:
        """Whether a reader must be told."""
        return self.width > WIDE


def spread_of(values: Sequence[float]) -> Spread:
    """Return the spread of at least one value."""
    low, high = (float(value) for value in np.percentile(values, [LOW, HIGH]))
    return Spread(statistics.median(values), low, high)


def round_medians(bursts: Sequence[Sequence[float]]) -> list[float]:
    """Return the median inference of each burst."""
    return [statistics.median(burst) for burst in bursts]


def ratio(above: Sequence[Sequence[float]], below: Sequence[Sequence[float]]) -> Spread:
    """Return the spread of the ratios of two contestants' medians, each taken within one round.

    What slows a round down slows both, so that the ratio keeps still when times do not.
    """
    pairs = zip(round_medians(above), round_medians(below), strict=True)
    return spread_of([high / low for high, low in pairs])
