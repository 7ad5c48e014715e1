"""What the profiler of each format hands over, before it is summed by type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from edge.devices.measurement import time_runs


@dataclass(frozen=True)
class ProfileRule:
    """How many inferences are recorded, after some that are not: caches fill, weights are paged in."""

    warm_up_runs: int
    runs: int


@dataclass(frozen=True)
class OperatorRun:
    """One operator in one inference: its type, how long it took, and whether a delegate ran it."""

    name: str
    microseconds: float
    delegated: bool


@dataclass(frozen=True)
class Recording:
    """Some inferences of an artifact.

    Attributes
    ----------
    runtime
        What computed, with its version.
    latency_us, profiled_latency_us
        Medians of an inference without and with the profiler.
    inferences
        For each inference with the profiler its operators, in the order in which they ran.
    """

    runtime: str
    latency_us: float
    profiled_latency_us: float
    inferences: Sequence[Sequence[OperatorRun]]


def median_latency_us(run: Callable[[], object], rule: ProfileRule) -> float:
    """Return the median of `run`, warmed up, in microseconds."""
    return 1000 * median(time_runs(run, rule.warm_up_runs + rule.runs, 0)[rule.warm_up_runs :])
