"""The runner for 64-bit Arm boards, cross-compiled and emulated: the same outputs as on this machine."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edge.devices.work import Answer
from edge.runner import RunnerFolder
from edge.runner.elf import read_architecture
from tests.device_lab.fixtures import device_lab  # noqa: F401
from tests.device_lab.laboratory import DeviceLab
from tests.runner.program import ARTIFACT, LENGTH, TIME_LIMIT

pytestmark = pytest.mark.device


@pytest.fixture
def emulated(aarch64_runner: RunnerFolder, device_lab: DeviceLab) -> list[str]:  # noqa: F811
    """Return the command that runs the program as on a Raspberry Pi 5."""
    return [str(device_lab.emulator), "-cpu", "cortex-a76", "-L", str(device_lab.root), str(aarch64_runner.program)]


def test_all_of_it_is_for_arm(aarch64_runner: RunnerFolder) -> None:
    assert {read_architecture(file) for file in aarch64_runner.files} == {"aarch64"}


@pytest.mark.parametrize("task", ["token-classification", "question-answering"])
def test_outputs_are_those_of_this_machine(
    task: str,
    emulated: list[str],
    build_bundle: Callable[[str], Path],
    ask: Callable[..., Answer],
    tmp_path: Path,
) -> None:
    here = ask(build_bundle(task), threads=2, outputs="here.f32").result
    rule = {"warm_up_seconds": 0, "minimum_runs": 3, "minimum_seconds": 0}
    request = json.loads((tmp_path / "request.json").read_text()) | {"outputs": "there.f32", "measurement": rule}
    (tmp_path / "request.json").write_text(json.dumps(request))

    files = ["--request", str(tmp_path / "request.json"), "--answer", str(tmp_path / "there.json")]
    subprocess.run([*emulated, *files], check=True, stdin=subprocess.DEVNULL, timeout=TIME_LIMIT)

    there = Answer.model_validate_json((tmp_path / "there.json").read_text()).result
    outputs = [np.fromfile(tmp_path / name, "<f4").astype(np.float64) for name in ("here.f32", "there.f32")]
    # XNNPACK's kernels add up in another order there: the last bits differ, and the few values that lie between two
    # steps of int8 are rounded to the other one.
    assert np.median(np.abs(outputs[1] - outputs[0])) < 1e-6
    assert outputs[0] @ outputs[1] / np.linalg.norm(outputs[0]) / np.linalg.norm(outputs[1]) > 0.9999
    assert here is not None
    assert there is not None
    assert there.worst_cosine == pytest.approx(here.worst_cosine, abs=1e-4)
    assert len(there.timing.latencies_ms) == 3
    assert (there.artifact, there.sequence_length, there.threads) == (ARTIFACT, LENGTH, 2)
