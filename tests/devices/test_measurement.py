"""The rule of a measurement: warm-up, then at least so many runs and at least so many seconds."""

import subprocess
import sys
import time

from edge.devices.measurement import MeasurementRule, measure_latency


class Work:
    """Something to measure that takes `seconds` and counts its calls; the first `slow` calls take ten times that."""

    def __init__(self, seconds=0.0, slow=0):
        self.calls = 0
        self._seconds = seconds
        self._slow = slow

    def __call__(self):
        self.calls += 1
        time.sleep(self._seconds * (10 if self.calls <= self._slow else 1))


def test_minimum_runs_when_the_time_is_over_early():
    work = Work(seconds=0.01)

    _, runs = measure_latency(work, MeasurementRule(warm_up_runs=0, minimum_runs=10, minimum_seconds=0.01))

    assert runs == work.calls == 10


def test_minimum_seconds_when_the_runs_are_done_early():
    start = time.perf_counter()

    _, runs = measure_latency(Work(seconds=0.001), MeasurementRule(0, minimum_runs=3, minimum_seconds=0.2))

    assert runs > 3
    assert time.perf_counter() - start >= 0.2


def test_warm_up_runs_do_not_count():
    work = Work(seconds=0.01, slow=3)

    latency, runs = measure_latency(work, MeasurementRule(warm_up_runs=3, minimum_runs=5, minimum_seconds=0))

    assert (runs, work.calls) == (5, 8)
    assert latency.p99 < 80


def test_figures_are_milliseconds_in_order():
    latency, _ = measure_latency(Work(seconds=0.005), MeasurementRule(0, minimum_runs=20, minimum_seconds=0))

    assert 5 <= latency.min <= latency.p50 <= latency.p90 <= latency.p99
    assert latency.min <= latency.mean <= latency.p99 * 1.01 + 1


def test_default_rule():
    assert MeasurementRule().as_dict() == {"warm_up_runs": 5, "minimum_runs": 50, "minimum_seconds": 5.0}


def test_peak_memory_is_of_the_process_alone():
    mine = b"x" * 200_000_000
    program = (
        "from edge.devices.measurement import peak_resident_bytes\n"
        "buffer = b'x' * 10**8\ndel buffer\nprint(peak_resident_bytes())"
    )

    peak = int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)

    del mine
    # numpy and Python take less than 90 MB.
    assert 100e6 <= peak <= 190e6
