"""How latency is measured, the same on every device: the rule of `edge.devices.work.MeasurementRule`."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edge.devices.state import read_state
from edge.devices.work import MeasurementRule, Timing


def measure(run: Callable[[], object], rule: MeasurementRule, cores: tuple[int, ...] = ()) -> Timing:
    """Warm `run` up and time it until `rule` is met.

    Parameters
    ----------
    cores
        Logical processors whose clock counts; empty for all.
    """
    before = read_state(cores)
    warm_up, warmed_up = _warm_up(run, rule)
    latencies = time_runs(run, rule.minimum_runs, rule.minimum_seconds)
    # Before anything else: an idle core lowers its clock within milliseconds.
    after = read_state(cores)
    return Timing(
        warm_up_ms=warm_up,
        latencies_ms=latencies,
        warmed_up=warmed_up,
        peak_rss_mb=peak_resident_bytes() / 1e6,
        before=before,
        after=after,
    )


def time_runs(run: Callable[[], object], minimum_runs: int, minimum_seconds: float) -> list[float]:
    """Return the milliseconds of each run; both minima are reached."""
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < minimum_runs or time.perf_counter() - begin < minimum_seconds:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return times


def peak_resident_bytes() -> int:
    """Return the peak resident memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not getrusage: on Linux its peak is inherited from the process that started this one.
        lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        if lines:
            return int(lines[0].split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _warm_up(run: Callable[[], object], rule: MeasurementRule) -> tuple[list[float], bool]:
    """Return the milliseconds of the runs until they were stable, and whether they became so in time."""
    begin = time.perf_counter()
    times = time_runs(run, rule.warm_up_window, 0)
    while True:
        earlier = statistics.median(times[-rule.warm_up_window :])
        window = time_runs(run, rule.warm_up_window, 0)
        times += window
        if abs(statistics.median(window) - earlier) < rule.warm_up_tolerance * earlier:
            return times, True
        if time.perf_counter() - begin >= rule.warm_up_seconds:
            return times, False
