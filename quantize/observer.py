"""Range observers: from the values that a tensor took during calibration to the range that int8 carries."""

from collections.abc import Callable

import torch

from quantize.histogram import Histogram
from quantize.static_plan import Range

# Share of the values that the percentile observer keeps inside the range, half of the rest cut off at each end.
KEPT_SHARE = 0.9999

# Shares of the full range that the MSE observer tries for each end.
MSE_STEPS = 40
LEVELS = 255


def min_max(histogram: Histogram) -> Range:
    """Carry every value."""
    return Range(histogram.lowest, histogram.highest)


def percentile(histogram: Histogram) -> Range:
    """Carry `KEPT_SHARE` of the values."""
    share = torch.cumsum(histogram.counts, dim=0) / histogram.counts.sum()
    centres = histogram.centres
    cut = (1 - KEPT_SHARE) / 2
    low = float(centres[int((share >= cut).nonzero()[0])])
    high = float(centres[int((share >= 1 - cut).nonzero()[0])])
    return Range(max(min(low, 0.0), histogram.lowest), min(max(high, 0.0), histogram.highest))


def mse(histogram: Histogram) -> Range:
    """Carry the range with the least squared error of rounding and clipping together.

    Rounding inside the range costs step**2 / 12 for each value but zeros, which are exact; clipping costs the squared
    distance from the range.
    """
    counts, centres = histogram.counts, histogram.centres
    shares = torch.linspace(1.0, 1.0 / MSE_STEPS, MSE_STEPS, dtype=torch.float64)
    lows, highs = histogram.lowest * shares, histogram.highest * shares
    below = ((lows[:, None] - centres).clamp(min=0) ** 2 @ counts) if histogram.lowest < 0 else torch.zeros_like(lows)
    above = (
        ((centres - highs[:, None]).clamp(min=0) ** 2 @ counts) if histogram.highest > 0 else torch.zeros_like(highs)
    )
    rounding = (counts.sum() - histogram.zeros) / 12 * ((highs[None, :] - lows[:, None]) / LEVELS) ** 2
    error = rounding + below[:, None] + above[None, :]
    best = int(error.argmin())
    return Range(float(lows[best // MSE_STEPS]), float(highs[best % MSE_STEPS]))


# One line an observer; recipes name them.
OBSERVERS: dict[str, Callable[[Histogram], Range]] = {"min-max": min_max, "percentile": percentile, "mse": mse}
