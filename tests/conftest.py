"""Shared by the tests of the build, the command line and `edge.load`: one small bundle, built once a session."""

import shutil
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import edge
from edge.cli.main import main
from edge.content_cache import VARIABLE
from tests.checkpoints import save_squeezebert

# What the small bundle holds: all four formats in int8, at both lengths.
SMALL_LENGTHS = (16, 32)
SMALL_RECIPES = {
    "executorch": "int8-dynamic",
    "coreml": "int8-weight",
    "tflite": "int8-dynamic",
    "onnx": "int8-dynamic",
}


@dataclass(frozen=True)
class Finished:
    """What one call of the command line did."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session", autouse=True)
def _cache_of_fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep builds of this session's and its modules' fixtures out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(autouse=True)
def cache_folder(
    _cache_of_fixtures: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the cache of one test, which is empty, so that no test finds what another has built."""
    folder = tmp_path_factory.getbasetemp() / f"cache-{uuid.uuid4().hex}"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture(scope="session")
def small_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SqueezeBERT of two layers that classifies texts as negative, neutral or positive."""
    return save_squeezebert(tmp_path_factory.mktemp("checkpoint") / "sentiment")


@pytest.fixture(scope="session")
def small_bundle(small_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle of `small_checkpoint`; no test may change it."""
    directory = tmp_path_factory.mktemp("bundle") / "sentiment"
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
