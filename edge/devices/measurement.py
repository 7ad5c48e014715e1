"""How latency is measured, the same on every device."""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from edge.benchmark import Latency


@dataclass(frozen=True)
class MeasurementRule:
    """When a measurement is long enough.

    Attributes
    ----------
    warm_up_runs
        Runs that are not counted: caches fill, weights are paged in, clocks rise.
    minimum_runs, minimum_seconds
        Both must be reached.
    """

    warm_up_runs: int = 5
    minimum_runs: int = 50
    minimum_seconds: float = 5.0

    def as_dict(self) -> dict[str, float]:
        """Return the rule as keyword arguments."""
        return asdict(self)


def measure_latency(run: Callable[[], object], rule: MeasurementRule) -> tuple[Latency, int]:
    """Time `run` until `rule` is met.

    Returns
    -------
    Latency
        In milliseconds.
    int
        Number of counted runs.
    """
    for _ in range(rule.warm_up_runs):
        run()
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < rule.minimum_runs or time.perf_counter() - begin < rule.minimum_seconds:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    p50, p90, p99 = (float(value) for value in np.percentile(times, [50, 90, 99]))
    return Latency(p50=p50, p90=p90, p99=p99, mean=float(np.mean(times)), min=min(times)), len(times)


def peak_resident_bytes() -> int:
    """Return the peak resident memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not getrusage: on Linux its peak is inherited from the process that started this one.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
