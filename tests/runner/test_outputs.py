"""What the runner computes is what ExecuTorch's Python bindings compute on this machine, bit for bit."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edge.devices.work import Answer
from edge.golden import load_golden
from edge.parity import worst_cosine
from tests.runner.program import ARTIFACT, LENGTH
from tests.runner.python_outputs import flat, python_outputs

pytestmark = pytest.mark.device


# Rows at some positions, two outputs, one value for a text.
@pytest.mark.parametrize("task", ["token-classification", "question-answering", "multiple-choice"])
@pytest.mark.parametrize("threads", [1, 2])
def test_outputs_are_those_of_the_python_bindings(
    task: str, threads: int, build_bundle: Callable[[str], Path], ask: Callable[..., Answer], tmp_path: Path
) -> None:
    bundle = build_bundle(task)

    result = ask(bundle, threads=threads, outputs="outputs.f32").result

    expected = python_outputs(bundle, ARTIFACT, threads)
    assert np.array_equal(np.fromfile(tmp_path / "outputs.f32", "<f4"), flat(expected))
    assert result is not None
    golden = load_golden(bundle / "golden", LENGTH)
    assert result.worst_cosine == pytest.approx(worst_cosine(golden.outputs, expected), abs=1e-12)


def test_a_file_of_int64_inputs_gets_them(
    build_bundle: Callable[..., Path], ask: Callable[..., Answer], tmp_path: Path
) -> None:
    bundle = build_bundle("token-classification", "int64")

    result = ask(bundle, outputs="outputs.f32").result

    expected = python_outputs(bundle, ARTIFACT, threads=1)
    assert np.array_equal(np.fromfile(tmp_path / "outputs.f32", "<f4"), flat(expected))
    assert result is not None
    golden = load_golden(bundle / "golden", LENGTH)
    assert result.worst_cosine == pytest.approx(worst_cosine(golden.outputs, expected), abs=1e-12)


def test_a_result_says_what_ran(bundle: Path, ask: Callable[..., Answer]) -> None:
    result = ask(bundle, threads=2).result

    assert result is not None
    assert result.program.startswith("squeezebert-edge-runner ")
    assert result.runtime.startswith("executorch ")
    assert (result.artifact, result.sequence_length, result.threads) == (ARTIFACT, LENGTH, 2)
    assert result.load_ms > 0


def test_what_was_not_asked_for_is_not_there(bundle: Path, ask: Callable[..., Answer], tmp_path: Path) -> None:
    result = ask(bundle).result

    assert result is not None
    assert (result.timing, result.worst_cosine) == (None, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "request.json"]


def test_relative_paths_begin_at_the_folder_of_the_request(
    bundle: Path, ask: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(bundle)

    assert ask(Path("link"), outputs="outputs.f32").result is not None
    assert (tmp_path / "outputs.f32").is_file()
