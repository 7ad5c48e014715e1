"""The rule of a measurement: warm up until stable, then at least so many runs and at least so many seconds."""

import subprocess
import sys
import time

from edge.devices.measurement import measure, time_runs
from edge.devices.work import MeasurementRule

QUICK = MeasurementRule(minimum_runs=20, minimum_seconds=0)


class Work:
    """Something to measure: the n-th call takes ``seconds(n)``."""

    def __init__(self, seconds):
        self.calls = 0
        self._seconds = seconds

    def __call__(self):
        self.calls += 1
        time.sleep(self._seconds(self.calls))


def test_minimum_runs_when_the_time_is_over_early():
    assert len(time_runs(Work(lambda call: 0.01), minimum_runs=10, minimum_seconds=0.01)) == 10


def test_minimum_seconds_when_the_runs_are_done_early():
    start = time.perf_counter()

    times = time_runs(Work(lambda call: 0.001), minimum_runs=3, minimum_seconds=0.2)

    assert len(times) > 3
    assert time.perf_counter() - start >= 0.2


def test_every_run_is_kept_in_its_place():
    work = Work(lambda call: 0.05 if call == 3 else 0.002)

    times = time_runs(work, minimum_runs=5, minimum_seconds=0)

    assert max(times) == times[2] >= 50


def test_warm_up_ends_after_two_windows_that_agree():
    # Sleeping is not exact to a few percent on a busy machine.
    rule = QUICK.model_copy(update={"warm_up_window": 3, "warm_up_tolerance": 0.5})
    work = Work(lambda call: 0.1 if call <= 3 else 0.01)

    timing = measure(work, rule)

    assert timing.warmed_up
    assert len(timing.warm_up_ms) >= 9
    assert work.calls == len(timing.warm_up_ms) + len(timing.latencies_ms)
    assert max(timing.latencies_ms) < 90


def test_warm_up_gives_up_when_its_time_is_over_and_says_so():
    rule = QUICK.model_copy(update={"warm_up_seconds": 0.1})

    timing = measure(Work(lambda call: 0.001 * 1.5 ** (call // 5)), rule)

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
