"""--watch-stdin: the runner ends as soon as nobody holds the other end of its stdin."""

import json
import subprocess
from pathlib import Path

import pytest

from edge.runner import RunnerFolder
from tests.runner.program import ARTIFACT, LENGTH, TIME_LIMIT

pytestmark = pytest.mark.device


@pytest.fixture
def words(bundle: Path, runner: RunnerFolder, tmp_path: Path) -> list[str]:
    """Return the command line of a measurement that would take hours."""
    measurement = {"minimum_runs": 10**9}
    request = {"bundle": str(bundle), "artifact": ARTIFACT, "sequence_length": LENGTH, "threads": 2}
    (tmp_path / "request.json").write_text(json.dumps({**request, "measurement": measurement}))
    files = ["--request", str(tmp_path / "request.json"), "--answer", str(tmp_path / "answer.json")]
    return [str(runner.program), "--watch-stdin", *files]


def test_it_ends_when_stdin_is_closed(words: list[str], tmp_path: Path) -> None:
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        # What comes before the end does not matter.
        process.stdin.write(b"\n")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.stdin.close()

        assert process.wait(TIME_LIMIT) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["request.json"]


def test_it_ends_when_who_started_it_is_gone(words: list[str]) -> None:
    # The pipe has no other end once `sleep`, which holds it, is killed.
    with (
        subprocess.Popen(["sleep", "1000"], stdout=subprocess.PIPE) as holder,
        subprocess.Popen(words, stdin=holder.stdout) as process,
    ):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        holder.kill()

        assert process.wait(TIME_LIMIT) == 1
