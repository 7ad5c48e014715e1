"""The rule of a measurement: warm up until stable, then at least so many runs and at least so many seconds."""

import itertools
import statistics
import subprocess
import sys
import time

from edge.devices.measurement import measure, time_runs
from edge.devices.work import MeasurementRule

QUICK = MeasurementRule(minimum_runs=20, minimum_seconds=0)


class Work:
    """Something to measure: the n-th call takes ``seconds(n)``, or longer on a busy machine; all are in `taken_ms`."""

    def __init__(self, seconds):
        self.taken_ms = []
        self._seconds = seconds

    def __call__(self):
        begin = time.perf_counter()
        time.sleep(self._seconds(len(self.taken_ms) + 1))
        self.taken_ms.append((time.perf_counter() - begin) * 1000)

    def are_the_runs_of(self, times_ms):
        """Return whether the times are those of all calls, in their order: none is shorter than what it surrounds."""
        return len(times_ms) == len(self.taken_ms) and all(map(float.__ge__, times_ms, self.taken_ms))


def test_minimum_runs_when_the_time_is_over_early():
    assert len(time_runs(Work(lambda call: 0.01), minimum_runs=10, minimum_seconds=0.01)) == 10


def test_minimum_seconds_when_the_runs_are_done_early():
    start = time.perf_counter()

    time_runs(Work(lambda call: 0.001), minimum_runs=3, minimum_seconds=0.2)

    assert time.perf_counter() - start >= 0.2


def test_every_run_is_kept_in_its_place():
    work = Work(lambda call: 0.05 if call == 3 else 0.002)

    times = time_runs(work, minimum_runs=5, minimum_seconds=0)

    assert times[2] >= 50
    assert work.are_the_runs_of(times)


def test_warm_up_ends_after_two_windows_that_agree():
    # Sleeping is not exact to a few percent on a busy machine.
    rule = QUICK.model_copy(update={"warm_up_window": 3, "warm_up_tolerance": 0.5, "warm_up_seconds": 600})
    work = Work(lambda call: 0.1 if call <= 3 else 0.01)

    timing = measure(work, rule)

    windows = [statistics.median(timing.warm_up_ms[at : at + 3]) for at in range(0, len(timing.warm_up_ms), 3)]
    agree = [abs(later - earlier) < 0.5 * earlier for earlier, later in itertools.pairwise(windows)]
    assert timing.warmed_up
    assert agree == [False] * (len(windows) - 2) + [True]
    assert work.are_the_runs_of([*timing.warm_up_ms, *timing.latencies_ms])


def test_warm_up_gives_up_when_its_time_is_over_and_says_so():
    # No two medians are that close.
    rule = QUICK.model_copy(update={"warm_up_seconds": 0.1, "warm_up_tolerance": 0.0})

    timing = measure(Work(lambda call: 0.001), rule)

    assert not timing.warmed_up


def test_memory_is_measured():
    assert 10 < measure(Work(lambda call: 0.0), QUICK).peak_rss_mb < 5000


def test_peak_memory_is_of_the_process_alone():
    mine = b"x" * 200_000_000
    program = (
        "from edge.devices.measurement import peak_resident_bytes\n"
        "buffer = b'x' * 10**8\ndel buffer\nprint(peak_resident_bytes())"
    )

    peak = int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)

    del mine
    # numpy, pydantic and Python take less than 90 MB.
    assert 100e6 <= peak <= 190e6
