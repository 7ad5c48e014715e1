"""What a measurement says: its percentiles, how steady it was, and why it must not be trusted as it is.

Pure functions over the runs that a device brought home. A run that took long counts like any other, and a measurement
with marks is kept and shown with them: nothing is averaged away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.benchmark import Latency
from edge.devices.work import DeviceState, MeasurementRule, Timing
from edge.errors import InputError

# Drift compares the ends of a measurement, each a fifth of it.
END_PARTS = 5


@dataclass(frozen=True)
class StabilityLimits:
    """Beyond these a measurement is marked.

    Attributes
    ----------
    spread
        Of the runs (`spread`). The standard error of a median is about 0.93 spreads over the root of the number of
        runs: at 0.1 and 100 runs, 1%, which leaves the comparison's tolerance of 5% its meaning.
    drift
        How much slower or faster the last fifth may be than the first, relative: what the warm-up takes for stable.
    drift_runs
        Fewer runs have no drift: a fifth of them is less than a window of the warm-up.
    clock_fall
        How much lower the clock may be after the measurement than before, relative. Governors move by a step or two,
        some hundred of some thousand MHz, when nothing is wrong.
    temperature_rise
        Degrees Celsius that the device must have become hotter for slower runs to be called throttled: sensors are
        read in steps of up to one degree.
    """

    spread: float = 0.1
    drift: float = 0.05
    drift_runs: int = 25
    clock_fall: float = 0.1
    temperature_rise: float = 2.0


LIMITS = StabilityLimits()


def summarize(latencies_ms: Sequence[float]) -> Latency:
    """Return percentiles, mean and minimum of the runs, in milliseconds; their order does not matter.

    Raises
    ------
    InputError
        If there are no runs.
    """
    times = _sorted(latencies_ms)
    p50, p90, p99 = (float(value) for value in np.percentile(times, [50, 90, 99]))
    return Latency(p50=p50, p90=p90, p99=p99, mean=float(times.mean()), min=float(times[0]))


def spread(latencies_ms: Sequence[float]) -> float:
    """Return how far the runs lie apart: their interquartile range over their median, without a unit.

    Half of the runs lie within it. Rare long runs do not move it: the 99th percentile shows those.

    Raises
    ------
    InputError
        If there are no runs.
    """
    low, middle, high = (float(value) for value in np.percentile(_sorted(latencies_ms), [25, 50, 75]))
    # A clock too coarse for the artifact reads 0.
    return _ratio(high - low, middle) if high > low else 0.0


def drift(latencies_ms: Sequence[float]) -> float:
    """Return the median of the last fifth of the runs over that of the first: above 1, they became slower.

    Raises
    ------
    InputError
        If there are no runs.
    """
    times = _checked(latencies_ms)
    count = max(1, len(times) // END_PARTS)
    first, last = float(np.median(times[:count])), float(np.median(times[-count:]))
    return _ratio(last, first) if last != first else 1.0


def marks(timing: Timing, rule: MeasurementRule, limits: StabilityLimits = LIMITS) -> tuple[str, ...]:
    """Return why a measurement must not be trusted as it is, a line for each reason; nothing for a good one.

    Each begins with ``throttled``, ``unstable`` or ``not warmed up`` and a colon.

    Parameters
    ----------
    rule
        That the measurement was made by.

    Raises
    ------
    InputError
        If there are no runs.
    """
    reasons = _throttled_by_system(timing.before, timing.after, limits)
    change = _change(timing.latencies_ms, limits)
    if change is not None:
        heat = _heat(timing.before, timing.after, limits)
        # Heat slows a device down and makes none faster.
        blamed = heat is not None and drift(timing.latencies_ms) > 1
        reasons.append(f"throttled: {change} while {heat}" if blamed else f"unstable: {change}")
    found = spread(timing.latencies_ms)
    if found > limits.spread:
        reasons.append(
            f"unstable: the runs' interquartile range is {found:.0%} of their median, above {limits.spread:.0%}"
        )
    if not timing.warmed_up:
        reasons.append(
            f"not warmed up: after {len(timing.warm_up_ms)} runs the medians of {rule.warm_up_window} still changed by"
            f" {rule.warm_up_tolerance:.0%} or more"
        )
    return tuple(reasons)


def short_marks(reasons: Sequence[str]) -> list[str]:
    """Return what `marks` begin with, each once: ``throttled``, ``unstable``, ``not warmed up``."""
    return list(dict.fromkeys(reason.split(":")[0] for reason in reasons))


def _throttled_by_system(before: DeviceState, after: DeviceState, limits: StabilityLimits) -> list[str]:
    reasons = []
    times = [name for name, state in (("before", before), ("after", after)) if state.throttled]
    if times:
        reasons.append(f"throttled: the system held its clocks down {' and '.join(times)} the measurement")
    if before.clock_mhz is None or after.clock_mhz is None:
        return reasons
    # Steady runs are no sign against it: the clock may have fallen during the warm-up.
    if after.clock_mhz < (1 - limits.clock_fall) * before.clock_mhz:
        reasons.append(f"throttled: the clock fell from {before.clock_mhz:.0f} to {after.clock_mhz:.0f} MHz")
    return reasons


def _change(latencies_ms: Sequence[float], limits: StabilityLimits) -> str | None:
    """Return how the last runs differ from the first, in words; None within the limit, slower and faster alike."""
    if len(latencies_ms) < limits.drift_runs:
        return None
    ratio = drift(latencies_ms)
    if 1 / (1 + limits.drift) <= ratio <= 1 + limits.drift:
        return None
    direction = f"{ratio - 1:.0%} slower" if ratio > 1 else f"{1 - ratio:.0%} faster"
    return f"the last fifth of the runs was {direction} than the first"


def _heat(before: DeviceState, after: DeviceState, limits: StabilityLimits) -> str | None:
    """Return how far the temperature rose, in words; None within the limit, or where the device does not say."""
    if before.temperature_c is None or after.temperature_c is None:
        return None
    if after.temperature_c - before.temperature_c < limits.temperature_rise:
        return None
    return f"the temperature rose from {before.temperature_c:.1f} to {after.temperature_c:.1f} \N{DEGREE SIGN}C"


def _ratio(value: float, reference: float) -> float:
    return value / reference if reference > 0 else float("inf")


def _sorted(latencies_ms: Sequence[float]) -> np.ndarray:
    # Sorted first: a sum depends on the order of its terms in the last digits.
    return np.sort(_checked(latencies_ms))


def _checked(latencies_ms: Sequence[float]) -> np.ndarray:
    if len(latencies_ms) == 0:
        raise InputError("the measurement has no runs: the program on the device must be of this version")
    return np.asarray(latencies_ms, dtype=np.float64)
