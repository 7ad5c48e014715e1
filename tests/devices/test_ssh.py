"""Visits to an emulated Raspberry Pi over a real sshd: what they find, do and leave."""

import os
from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.devices import Work
from edge.devices.host import HostDevice
from edge.devices.ssh import open_device
from edge.devices.work import MeasurementRule
from edge.errors import InputError
from edge.gates import check_gates
from edge.golden import load_golden
from edge.manifest import ArtifactInfo
from edge.parity import measure_parity
from edge.tasks import find_task
from tests.device_lab.board import Board

pytestmark = pytest.mark.device

LENGTH = 16
WORK = Work(threads=1, time_limit=300)
SHORT = MeasurementRule(warm_up_seconds=0, minimum_runs=3, minimum_seconds=0)


@pytest.fixture(autouse=True)
def _ssh_that_knows_the_board(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", board.path)


@pytest.fixture
def artifact(tflite_bundle: Path) -> ArtifactInfo:
    return open_bundle(tflite_bundle).artifact(f"tflite-int8-dynamic-{LENGTH}")


def parity(bundle: Path, outputs: object) -> dict[str, float]:
    """Return how close outputs are to the fp32 reference's."""
    task = find_task(open_bundle(bundle).manifest.model.task)
    return measure_parity(load_golden(bundle / "golden", LENGTH).outputs, outputs, task)


def connections(board: Board) -> int:
    """Return how often somebody has logged in."""
    return (board.folder / "board.log").read_text().count("Accepted publickey")


def test_an_artifact_passes_its_gates_there_as_here(board, tflite_bundle, artifact):
    with open_device("board", None, silent_stage) as device:
        assert device.why_not(artifact) is None
        (there,) = device.run(tflite_bundle, [artifact], WORK, silent_stage)

    (here,) = HostDevice().run(tflite_bundle, [artifact], WORK, silent_stage)
    assert there.result.runtime == here.result.runtime
    reached = parity(tflite_bundle, there.outputs)
    assert all(gate.passed for gate in check_gates(artifact.recipe, reached))
    assert reached["sqnr_db"] == pytest.approx(parity(tflite_bundle, here.outputs)["sqnr_db"], abs=1)
    assert there.result.worst_cosine == pytest.approx(reached["cosine"], abs=1e-6)


def test_latency_is_measured_by_the_rule(board, tflite_bundle, artifact):
    work = Work(threads=2, cores=(0,), rule=SHORT, with_outputs=False, time_limit=300)

    with open_device("board", None, silent_stage) as device:
        (run,) = device.run(tflite_bundle, [artifact], work, silent_stage)

    assert run.outputs is None
    assert (run.result.threads, run.result.cores) == (2, [0])
    assert len(run.result.timing.latencies_ms) == 3
    assert run.result.timing.before.temperature_c == 48.55


def test_the_device_says_what_it_is(board):
    with open_device("board", None, silent_stage) as device:
        found = device.information

    assert (found.kind, found.name, found.model) == ("ssh", "ssh:board", "Raspberry Pi 5 Model B Rev 1.0")
    assert (found.soc, found.architecture, found.governor) == ("brcm,bcm2712", "aarch64", "ondemand")
    assert [(group.count, group.part) for group in found.cores] == [(os.cpu_count(), "Cortex-A76")]
    assert {"asimd", "asimddp", "asimdhp"} <= set(found.instruction_sets)
    assert found.runtimes["Python"].startswith("3.11.")
    assert {"squeezebert-edge", "ai-edge-litert"} <= found.runtimes.keys()
    assert "c0ffee" not in found.model_dump_json()


def test_its_identity_stays(board):
    identities = set()
    for _ in range(2):
        with open_device("board", None, silent_stage) as device:
            identities.add(device.information.identity)

    assert len(identities) == 1


def test_nothing_is_left_running_or_lying_there(board, tflite_bundle, artifact):
    before = sorted(os.listdir(board.home))

    with open_device("board", None, silent_stage) as device:
        device.run(tflite_bundle, [artifact], WORK, silent_stage)

    assert board.processes() == []
    assert sorted(os.listdir(board.home)) == before


def test_one_connection_is_made(board, tflite_bundle, artifact):
    with open_device("board", None, silent_stage) as device:
        device.run(tflite_bundle, [artifact], WORK, silent_stage)

    assert connections(board) == 1


def test_kept_files_are_not_pushed_again(board, tflite_bundle, artifact):
    pushed = []
    for keep in (True, True):
        with open_device("board", None, silent_stage, keep_files=keep) as device:
            device.run(tflite_bundle, [artifact], WORK, silent_stage)
            file = board.home / ".cache/squeezebert-edge/device/bundle" / artifact.file
            pushed.append(file.stat().st_mtime_ns)

    assert pushed[0] == pushed[1]
    assert file.is_file()
    assert board.processes() == []


def test_a_python_can_be_named(board, monkeypatch):
    monkeypatch.setenv("SQUEEZEBERT_EDGE_DEVICE_PYTHON", "/usr/bin/python3")

    with open_device("board", None, silent_stage) as device:
        assert "squeezebert-edge" not in device.information.runtimes


def test_a_named_python_that_is_not_there_is_refused(board, monkeypatch):
    monkeypatch.setenv("SQUEEZEBERT_EDGE_DEVICE_PYTHON", "/opt/python")

    with (
        pytest.raises(InputError, match="there is no Python '/opt/python'; correct SQUEEZEBERT_EDGE_DEVICE_PYTHON"),
        open_device("board", None, silent_stage),
    ):
        pass


def test_an_unknown_runner_is_refused():
    with (
        pytest.raises(InputError, match="no runner 'app' for ssh devices; choose python or native"),
        open_device("board", "app", silent_stage),
    ):
        pass
