"""The native runner on an emulated Raspberry Pi, over a real sshd."""

from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.devices import Work
from edge.devices.host import HostDevice
from edge.devices.ssh import open_device
from edge.errors import InputError
from edge.gates import check_gates
from edge.golden import load_golden
from edge.parity import measure_parity
from edge.runner import VARIABLE, RunnerFolder
from edge.tasks import find_task
from tests.device_lab.board import Board
from tests.runner.fixtures import aarch64_runner, toolchain  # noqa: F401

pytestmark = pytest.mark.device

WORK = Work(threads=1, time_limit=300)


@pytest.fixture(autouse=True)
def _ssh_and_runner(
    bare_board: Board,
    aarch64_runner: RunnerFolder,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", bare_board.path)
    monkeypatch.setenv(VARIABLE, str(aarch64_runner.path))


def test_a_pte_passes_its_gates_on_a_board_without_squeezebert_edge(bare_board, pte_bundle):
    bundle = open_bundle(pte_bundle)
    (artifact,) = bundle.manifest.artifacts

    with open_device("board", "native", silent_stage) as device:
        assert device.why_not(artifact) is None
        assert device.information.runtimes["executorch"] == "1.5.1"
        (there,) = device.run(pte_bundle, [artifact], WORK, silent_stage)

    task = find_task(bundle.manifest.model.task)
    golden = load_golden(pte_bundle / "golden", 16).outputs
    reached = measure_parity(golden, there.outputs, task)
    (here,) = HostDevice().run(pte_bundle, [artifact], WORK, silent_stage)
    assert all(gate.passed for gate in check_gates(artifact.recipe, reached))
    assert reached["sqnr_db"] == pytest.approx(measure_parity(golden, here.outputs, task)["sqnr_db"], abs=1)
    assert there.result.program.startswith("squeezebert-edge-runner ")
    assert bare_board.processes() == []
    assert not (bare_board.home / ".cache").exists()


def test_other_formats_are_refused(tflite_bundle):
    (artifact,) = open_bundle(tflite_bundle).manifest.artifacts

    with open_device("board", "native", silent_stage) as device:
        assert device.why_not(artifact) == (
            "ssh:board: the native runner runs .pte only, not .tflite; use --runner python"
        )


def test_a_runner_for_another_processor_is_refused(bare_board, monkeypatch, tmp_path: Path):
    program = tmp_path / "squeezebert-edge-runner"
    # A program of this machine.
    program.write_bytes(Path("/bin/true").read_bytes())
    program.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    with pytest.raises(InputError, match="x86_64"), open_device("board", "native", silent_stage):
        pass

    assert bare_board.processes() == []
    assert not (bare_board.home / ".cache").exists()
