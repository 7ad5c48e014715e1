"""How the runner measures: every run of the rule, on the threads and cores that it was asked for."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.devices.work import Answer
from edge.runner import RunnerFolder
from tests.devices.waiting import wait_until
from tests.runner.program import ARTIFACT, LENGTH

pytestmark = pytest.mark.device

RULE = {"warm_up_window": 3, "warm_up_tolerance": 10.0, "minimum_runs": 7, "minimum_seconds": 0.0}


def test_every_run_is_brought_home(bundle: Path, ask: Callable[..., Answer]) -> None:
    timing = ask(bundle, measurement=RULE).result.timing

    # Two windows are the least, and with this tolerance the most.
    assert len(timing.warm_up_ms) == 6
    assert len(timing.latencies_ms) == 7
    assert timing.warmed_up
    assert min(timing.latencies_ms) > 0


def test_a_warm_up_that_never_becomes_stable_ends_and_says_so(bundle: Path, ask: Callable[..., Answer]) -> None:
    rule = {**RULE, "warm_up_tolerance": 0.0, "warm_up_seconds": 0.05}

    timing = ask(bundle, measurement=rule).result.timing

    assert not timing.warmed_up
    assert sum(timing.warm_up_ms) > 10


def test_peak_memory_has_the_libraries_and_not_the_reference(bundle: Path, ask: Callable[..., Answer]) -> None:
    timing = ask(bundle, measurement=RULE, outputs="outputs.f32").result.timing

    assert 2 < timing.peak_rss_mb < 100


@contextmanager
def running(runner: RunnerFolder, folder: Path, bundle: Path, **fields: object) -> Iterator[int]:
    """Have the runner measure until the end of the context; yield its process's id once it is at it."""
    rule = {**RULE, "minimum_seconds": 1000.0}
    request = {"bundle": str(bundle), "artifact": ARTIFACT, "sequence_length": LENGTH, "measurement": rule, **fields}
    (folder / "request.json").write_text(json.dumps(request))
    words = ["--request", str(folder / "request.json"), "--answer", str(folder / "answer.json")]
    with subprocess.Popen([str(runner.program), *words], stdin=subprocess.DEVNULL) as process:
        try:
            wait_until_it_has_worked(process.pid)
            yield process.pid
        finally:
            process.kill()


def wait_until_it_has_worked(process: int) -> None:
    """Wait until it has used 0.2 s more of processors: many inferences of so small a model."""
    begin = cpu_seconds(process)
    wait_until(lambda: cpu_seconds(process) >= begin + 0.2)


def cpu_seconds(process: int) -> float:
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("threads", [1, 3])
def test_an_inference_has_the_threads_that_were_asked_for(
    threads: int, bundle: Path, runner: RunnerFolder, tmp_path: Path
) -> None:
    with running(runner, tmp_path, bundle, threads=threads) as process:
        # On a slow machine it has only loaded until now.
        wait_until(lambda: len(os.listdir(f"/proc/{process}/task")) >= threads)
        wait_until_it_has_worked(process)
        assert len(os.listdir(f"/proc/{process}/task")) == threads


def test_all_threads_stay_on_the_cores_that_were_asked_for(bundle: Path, runner: RunnerFolder, tmp_path: Path) -> None:
    core = max(os.sched_getaffinity(0))

    with running(runner, tmp_path, bundle, threads=2, cores=[core]) as process:
        tasks = Path(f"/proc/{process}/task")
        wait_until(lambda: len(os.listdir(tasks)) == 2)
        wait_until_it_has_worked(process)
        assert [os.sched_getaffinity(int(task)) for task in os.listdir(tasks)] == [{core}, {core}]
