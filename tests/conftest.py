"""Shared by the tests of the build, the command line and `edge.load`: one small bundle, built once a session."""

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

import edge
from edge.cli.main import main
from edge.content_cache import VARIABLE
from tests.checkpoints import save_squeezebert

FOLDER = Path(__file__).parent

# What tests have built, for all workers and for later runs: entries are found by what they were made from, which the
# project's code is a part of.
CACHE = FOLDER.parent / "build" / "tests"

# What takes longest, so that no worker begins with it when the others have done all else.
FIRST = ("converters", "test_build.py")

# Hypothesis draws the same examples each time, so that a change alone decides whether a test fails, and no time counts,
# so that a busy machine does not. `pytest --hypothesis-profile exploring` draws others.
STEADY = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("exploring", STEADY)
settings.register_profile("repeatable", STEADY, derandomize=True)
settings.load_profile("repeatable")

# What the small bundle holds: all four formats in int8, at both lengths.
SMALL_LENGTHS = (16, 32)
SMALL_RECIPES = {
    "executorch": "int8-dynamic",
    "coreml": "int8-weight",
    "tflite": "int8-dynamic",
    "onnx": "int8-dynamic",
}


def pytest_configure() -> None:
    """Let SIGINT interrupt: a shell's background job ignores it, and every program that a test starts would too."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep what shares a conftest.py in one worker of `pytest -n`, so that no worker makes its fixtures again."""
    item.add_marker(pytest.mark.xdist_group(_part(item)))


@dataclass(frozen=True)
class Finished:
    """What one call of the command line did."""

    status: int
    stdout: str
    stderr: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with `FIRST`; else the order stays."""
    items.sort(key=lambda item: _part(item) not in FIRST)


def _part(item: pytest.Item) -> str:
    """Return the folder of this one that a test lies in, or its file."""
    return item.path.relative_to(FOLDER).parts[0]


@pytest.fixture(scope="session", autouse=True)
def _cache() -> Iterator[None]:
    """Keep what is built in `CACHE`, out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(CACHE))
        yield


@pytest.fixture(scope="session", autouse=True)
def _place_of_temporary_files(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """Give each worker of `pytest -n` its own: benchmarks of one machine keep each other away by a file there."""
    if worker_id == "master":
        yield
        return
    # Asked first: it lies in the place of all. Not inside of it: names of sockets have to be short.
    tmp_path_factory.getbasetemp()
    # A process that is about to end may still write there.
    place = tempfile.TemporaryDirectory(prefix=f"{worker_id}-", ignore_cleanup_errors=True)
    with place as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield


@pytest.fixture
def cache_folder(_cache: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache, for a test that says what is built: it finds nothing that another has built."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture(scope="session")
def folder_of_all_workers(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder of what all workers of `pytest -n` share; who writes there holds a lock."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def small_checkpoint(folder_of_all_workers: Path) -> Path:
    """Return a SqueezeBERT of two layers that classifies texts as negative, neutral or positive.

    No test may change it.
    """
    directory = folder_of_all_workers / "checkpoint" / "sentiment"
    with FileLock(folder_of_all_workers / "checkpoint.lock"):
        if not directory.exists():
            save_squeezebert(directory)
    return directory


@pytest.fixture(scope="session")
def small_bundle(small_checkpoint: Path, folder_of_all_workers: Path) -> Path:
    """Return the bundle of `small_checkpoint`; no test may change it."""
    directory = folder_of_all_workers / "bundle" / "sentiment"
    directory.parent.mkdir(exist_ok=True)
    with FileLock(folder_of_all_workers / "bundle.lock"):
        if not directory.exists():
            edge.build(small_checkpoint, directory, sequence_lengths=SMALL_LENGTHS)
    return directory


@pytest.fixture
def copied_bundle(small_bundle: Path, tmp_path: Path) -> Path:
    """Return a copy of `small_bundle`, alone in its folder, for one test to change."""
    return Path(shutil.copytree(small_bundle, tmp_path / "copied" / "sentiment"))


@pytest.fixture
def squeezebert_edge(capfd: pytest.CaptureFixture[str]) -> Callable[..., Finished]:
    """Return a function that runs the command line in this process: ``squeezebert_edge("list", "tasks")``."""

    def run(*words: object) -> Finished:
        before = signal.getsignal(signal.SIGTERM)
        capfd.readouterr()
        try:
            with pytest.raises(SystemExit) as end:
                main([str(word) for word in words])
        finally:
            signal.signal(signal.SIGTERM, before)
        written = capfd.readouterr()
        return Finished(int(end.value.code or 0), written.out, written.err)

    return run
