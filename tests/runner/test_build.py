"""Building the runner: kept for the next time, and ended without a trace."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.child_process import silent_stage
from edge.content_cache import VARIABLE as CACHE_VARIABLE
from edge.errors import ConversionError
from edge.runner import RunnerFolder, find_runner
from edge.runner.compilation import SOURCES
from tests.runner.program import TIME_LIMIT
from tests.runner.toolchain import Toolchain

pytestmark = pytest.mark.device

BUILD = """
import signal
from edge.child_process import silent_stage
from edge.runner import find_runner
signal.signal(signal.SIGTERM, signal.default_int_handler)
find_runner("linux", "x86_64", silent_stage)
"""


def test_what_was_built_is_taken_the_next_time(runner: RunnerFolder, toolchain: Toolchain) -> None:
    titles = []

    @contextmanager
    def stage(title: str) -> Iterator[None]:
        titles.append(title)
        yield

    with toolchain.used():
        assert find_runner("linux", "x86_64", stage) == runner
    assert titles == []


def test_an_interrupted_build_leaves_nothing(toolchain: Toolchain, tmp_path: Path) -> None:
    environment = {**os.environ, **toolchain.environment(), CACHE_VARIABLE: str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", BUILD], env=environment, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + TIME_LIMIT
        while not (seen := compilers(tmp_path)) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert seen

        process.send_signal(signal.SIGTERM)

        assert process.wait(TIME_LIMIT) != 0
    assert compilers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def compilers(folder: Path) -> list[str]:
    """Return the command lines of compilers that are at the runner's sources, and write into `folder`."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_text()
        except OSError:
            # It has ended meanwhile.
            continue
        if str(folder) in words and str(SOURCES) in words and "cc1plus" in words:
            found.append(words.replace("\0", " "))
    return found


def test_a_compiler_that_fails(toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with toolchain.used():
        monkeypatch.setenv("CXX", "/bin/false")
        monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))

        with pytest.raises(ConversionError, match="the runner cannot be built: CMake Error") as error:
            find_runner("linux", "x86_64", silent_stage)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []
