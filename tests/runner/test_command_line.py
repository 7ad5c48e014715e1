"""The runner by hand: a bundle and a few options, and what it prints."""

import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from edge.runner.executorch_package import pinned_version
from tests.runner.program import ARTIFACT, LENGTH, Finished

pytestmark = pytest.mark.device

SHORT = ("--runs", "5", "--seconds", "0")


def test_lines_for_people(bundle: Path, start: Callable[..., Finished]) -> None:
    done = start(bundle, "--threads", "1", *SHORT)

    assert done.status == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == f"{ARTIFACT}, {LENGTH} tokens, 1 thread, executorch {pinned_version()}"
    assert re.search(r"^latency   p50 [\d.]+ ms, p90 [\d.]+, p99 [\d.]+, min [\d.]+, of 5 runs$", done.stdout, re.M)
    assert re.search(r"^parity    cosine 0\.99\d+ to the fp32 reference, the worst golden text's$", done.stdout, re.M)


def test_json_is_the_answer_and_nothing_else(bundle: Path, start: Callable[..., Finished]) -> None:
    done = start(bundle, "--artifact", ARTIFACT, "--sequence-length", LENGTH, "--cores", "0", *SHORT, "--json")

    result = done.answer.result
    assert result is not None
    assert (result.cores, result.threads, len(result.timing.latencies_ms)) == ([0], 1, 5)
    assert result.worst_cosine > 0.99


def test_json_of_a_failure_is_an_answer_too(start: Callable[..., Finished], tmp_path: Path) -> None:
    done = start(tmp_path / "nowhere", "--json")

    assert done.status == 2
    assert done.answer.error.type == "InputError"
    assert done.stderr == f"error: {done.answer.error.message}\n"


def test_versions_are_those_of_the_project(start: Callable[..., Finished]) -> None:
    expected = f"squeezebert-edge-runner {metadata.version('squeezebert-edge')}, executorch {pinned_version()}\n"

    assert start("--version") == Finished(0, expected, "")


def test_help_names_every_option(start: Callable[..., Finished]) -> None:
    done = start("--help")

    assert done.status == 0
    for option in ("--artifact", "--request", "--answer", "--watch-stdin", "--cores", "--json", "--version"):
        assert option in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name a bundle, or a --request"),
        (("a", "b"), "one bundle at a time: 'a' or 'b'"),
        (("--frobnicate",), "unknown option '--frobnicate'"),
        (("a", "--threads"), "--threads needs a value"),
        (("a", "--threads", "two"), "--threads two: has to be a whole number from 1 to 1024"),
        (("a", "--cores", "3-1"), "--cores 1: has to be a whole number from 3 to 1023"),
        (("a", "--seconds", "-1"), "--seconds -1: has to be a number of seconds"),
        (("--request", "a"), "--request and --answer go together"),
        (("--request", "a", "--answer", "b", "--json"), "'--json' and --request do not go together"),
    ],
)
def test_wrong_words(words: tuple[str, ...], message: str, start: Callable[..., Finished]) -> None:
    done = start(*words)

    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {message}")
    assert done.stderr.count("\n") == 1
