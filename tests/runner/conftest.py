"""Fixtures of the runner's tests: the runner, and bundles with nothing but .pte files."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import edge
from edge.devices.work import Answer
from edge.runner import RunnerFolder
from tests.checkpoints import save_squeezebert
from tests.runner.fixtures import aarch64_runner, runner, toolchain  # noqa: F401
from tests.runner.program import ARTIFACT, LENGTH, TIME_LIMIT, Finished


@pytest.fixture(scope="session")
def build_bundle(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that builds a small model for a task as .pte, once a session."""
    built: dict[tuple[str, str], Path] = {}

    def build(task: str, input_dtype: str = "int32") -> Path:
        if (task, input_dtype) not in built:
            folder = tmp_path_factory.mktemp("runner")
            checkpoint = save_squeezebert(folder / "checkpoint", task=task)
            edge.build(
                checkpoint,
                folder / "bundle",
                formats=("executorch",),
                recipes=("int8-dynamic",),
                sequence_lengths=(LENGTH,),
                input_dtype=input_dtype,
            )
            built[task, input_dtype] = folder / "bundle"
        return built[task, input_dtype]

    return build


@pytest.fixture(scope="session")
def bundle(build_bundle: Callable[..., Path]) -> Path:
    """Return a bundle of a model that labels tokens; no test may change it."""
    return build_bundle("token-classification")


@pytest.fixture
def start(runner: RunnerFolder) -> Callable[..., Finished]:  # noqa: F811
    """Return a function that runs the program with the words of a command line."""

    def run(*words: object) -> Finished:
        command = [str(runner.program), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TIME_LIMIT)
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def ask(start: Callable[..., Finished], tmp_path: Path) -> Callable[..., Answer]:
    """Return a function that writes a request beside its outputs, and gives the answer to it."""

    def answer(bundle: Path, **fields: Any) -> Answer:
        request = {"bundle": str(bundle), "artifact": ARTIFACT, "sequence_length": LENGTH, "threads": 1, **fields}
        (tmp_path / "request.json").write_text(json.dumps(request))
        done = start("--request", tmp_path / "request.json", "--answer", tmp_path / "answer.json")
        assert done.stdout == ""
        answered = Answer.model_validate_json((tmp_path / "answer.json").read_text())
        assert done.status == {None: 0, "InputError": 2}.get(answered.error and answered.error.type, 1)
        return answered

    return answer
