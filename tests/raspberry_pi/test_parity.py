"""Golden vectors on an installed Raspberry Pi: parity with the fp32 reference, closeness to x86-64."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge.devices.work import Answer, WorkRequest
from tests.device_lab.board import Board
from tests.raspberry_pi.conftest import ENVIRONMENT, LENGTH, RECIPES

pytestmark = pytest.mark.device

# Both multiply the same integers, but their float operators may round differently, and one value on the other side of a
# step changes what follows: signal to noise in decibels, below which one of them computes something else.
CLOSENESS_DB = 25.0


@pytest.mark.parametrize("name", ["intents", "minilm"])
def test_golden_parity_gates_pass(pi: Board, carried: dict[str, str], name: str) -> None:
    done = pi.run(f"{ENVIRONMENT}/bin/squeezebert-edge verify {carried[name]} --json")

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["passed"]
    assert document["skipped"] == []
    assert {row["id"] for row in document["artifacts"]} == {f"tflite-{recipe}-{LENGTH}" for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("name", ["intents", "minilm"])
def test_outputs_are_close_to_those_of_x86_64(
    pi: Board, bundles: dict[str, Path], carried: dict[str, str], tmp_path: Path, name: str, recipe: str
) -> None:
    artifact = f"tflite-{recipe}-{LENGTH}"
    request = WorkRequest(
        bundle=str(bundles[name]), artifact=artifact, sequence_length=LENGTH, threads=1, outputs="outputs.f32"
    )
    (tmp_path / "request.json").write_text(request.model_dump_json(), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "edge.devices.worker", "request.json", "answer.json"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
    ) as process:
        process.wait()
    there = request.model_copy(update={"bundle": carried[name]})
    (pi.home / "request.json").write_text(there.model_dump_json(), encoding="utf-8")
    done = pi.run(f"{ENVIRONMENT}/bin/python -m edge.devices.worker request.json answer.json")

    assert done.returncode == 0, done.stderr
    answer = Answer.model_validate_json((pi.home / "answer.json").read_text(encoding="utf-8"))
    assert answer.result is not None, answer.error
    assert answer.result.runtime.startswith("ai-edge-litert")
    expected, found = (np.fromfile(folder / "outputs.f32", "<f4") for folder in (tmp_path, pi.home))
    closeness = 10 * np.log10((expected**2).sum() / max(((found - expected) ** 2).sum(), 1e-30))
    print(f"{name} {artifact}: aarch64 is {closeness:.1f} dB from x86-64")
    assert closeness > CLOSENESS_DB
