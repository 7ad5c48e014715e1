"""The report's numbers as text: one way to write each quantity, in the terminal and on the page."""

import math

from edge.gates import UPPER_LIMITS, Gate
from edge.parity import SQNR_LIMIT

NOT_MEASURED = "not measured"
TIMES = "\N{MULTIPLICATION SIGN}"

_DECIMALS = {"cosine": 5, "rank": 4, "sqnr_db": 1, "top1": 1, "max_relative": 2}
_PERCENT = frozenset({"top1", "max_relative"})
# Parity writes 1e38 for outputs that are not numbers, since JSON has no infinity.
_UNBOUNDED = 1e37


def compact(value: float) -> str:
    """Return `value` in at most five characters up to 99999: 8.42, 31.2, 123.4, 1234."""
    if not math.isfinite(value):
        return _not_finite(value)
    if abs(value) < 9.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) < 999.95 else f"{value:.0f}"


def megabytes(size: int) -> str:
    """Return `size` bytes in 10^6 bytes, without the unit."""
    return compact(size / 1e6)


def times(ratio: float, sign: str = TIMES) -> str:
    """Return a ratio as a multiple, for example 0.26x or 2.1x."""
    return f"{ratio:.2f}{sign}" if ratio < 0.995 else f"{ratio:.1f}{sign}"


def unbounded(metric: str, value: float) -> float:
    """Return `value`, or the infinity that it stands for in a report, which JSON cannot write."""
    limit = SQNR_LIMIT if metric == "sqnr_db" else _UNBOUNDED
    return math.copysign(math.inf, value) if abs(value) >= limit else value


def metric_text(metric: str, value: float, decimals: int | None = None) -> str:
    """Return a parity metric as text.

    All but ``max_abs`` are rounded to the worse side: a cosine of 0.999996 does not become 1.

    Parameters
    ----------
    metric
        ``cosine``, ``sqnr_db``, ``max_abs``, ``max_relative``, ``top1``, ``rank`` or any other name.
    value
        The metric's value; ``top1`` and ``max_relative`` are fractions and are written as percentages.
    decimals
        Decimals instead of the metric's own; significant digits beyond the first for those that have none.
    """
    value = unbounded(metric, value)
    if not math.isfinite(value):
        return _not_finite(value)
    number, unit = (value * 100, "%") if metric in _PERCENT else (value, "")
    if metric in _DECIMALS:
        places = _DECIMALS[metric] if decimals is None else decimals
        return _worse(number, places, metric in UPPER_LIMITS) + unit
    return f"{number:.{3 if decimals is None else decimals + 1}g}{unit}"


def failure_text(gate: Gate) -> str:
    """Return what a failed gate got and what it asked for, with enough decimals to tell the two apart."""
    value = metric_text(gate.metric, gate.value)
    same = value == metric_text(gate.metric, gate.limit)
    for decimals in range(2, 16):
        if not same:
            break
        value = metric_text(gate.metric, gate.value, decimals)
        same = value == metric_text(gate.metric, gate.limit, decimals)
    demand = "must be at most" if gate.metric in UPPER_LIMITS else "must be at least"
    return f"{value}, {demand} {_limit(gate)}"


def limit_text(gate: Gate) -> str:
    """Return a gate's limit with its direction, for example ``≥ 0.99``."""
    return f"{'≤' if gate.metric in UPPER_LIMITS else '≥'} {_limit(gate)}"


def _limit(gate: Gate) -> str:
    return f"{gate.limit * 100:g}%" if gate.metric in _PERCENT else f"{gate.limit:g}"


def _worse(value: float, decimals: int, up: bool) -> str:
    # A hair to the better side first, so that 0.29 * 100 = 28.999999999999996 stays 29.0.
    scaled = value * 10.0**decimals
    whole = math.ceil(scaled - 1e-6) if up else math.floor(scaled + 1e-6)
    return f"{whole / 10.0**decimals:.{decimals}f}"


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "nan"
    return "∞" if value > 0 else "-∞"
