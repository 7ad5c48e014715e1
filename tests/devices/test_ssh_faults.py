"""What can go wrong with a board on the network: each is one line that says what to do, and leaves nothing there."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.devices import Work
from edge.devices.artifact_run import ArtifactRun
from edge.devices.remote_folder import open_folder
from edge.devices.runner_program import start_runner
from edge.devices.ssh import open_device, probe_machine
from edge.devices.ssh_connection import connect
from edge.devices.work import MeasurementRule
from edge.errors import DeviceError
from edge.manifest import ArtifactInfo
from tests.device_lab.board import HOME, SESSION_OPTION, Board
from tests.device_lab.environment import ENVIRONMENT, pip_install
from tests.device_lab.processes import processes_beside
from tests.devices.waiting import wait_until

pytestmark = pytest.mark.device

FOLDER = ".cache/squeezebert-edge"
# Longer than any test: what measures this has to be interrupted.
ENDLESS = Work(threads=1, rule=MeasurementRule(minimum_seconds=3600))


@pytest.fixture(autouse=True)
def _ssh_that_knows_the_board(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "bare_board" if "bare_board" in request.fixturenames else "board"
    monkeypatch.setenv("PATH", request.getfixturevalue(name).path)


@pytest.fixture
def artifact(tflite_bundle: Path) -> ArtifactInfo:
    return open_bundle(tflite_bundle).artifact("tflite-int8-dynamic-16")


def write_program(board: Board, name: str, script: str) -> None:
    """Put a program before the board's own."""
    path = board.programs / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run_there(bundle: Path, artifact: ArtifactInfo, work: Work) -> ArtifactRun:
    with open_device("board", None, silent_stage) as device:
        (run,) = device.run(bundle, [artifact], work, silent_stage)
    return run


def works(board: Board) -> bool:
    """Return whether the program that runs artifacts runs there."""
    return any("edge.devices.worker" in line for line in board.processes())


def assert_nothing_left(board: Board) -> None:
    wait_until(lambda: board.processes() == [])
    assert not (board.home / FOLDER).exists()


@contextmanager
def during_the_run(board: Board, act: Callable[[], None]) -> Iterator[None]:
    """Do something as soon as an artifact is run there."""

    def wait_and_act() -> None:
        wait_until(lambda: works(board))
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_unplugged_in_the_middle(board, tflite_bundle, artifact):
    with (
        during_the_run(board, board.unplug),
        pytest.raises(DeviceError, match="ssh:board: the connection was lost; check power and network and run again"),
    ):
        run_there(tflite_bundle, artifact, ENDLESS)

    wait_until(lambda: board.processes() == [])
    assert (board.home / FOLDER / "device/bundle" / artifact.file).is_file()
    with open_device("board", None, silent_stage):
        pass
    assert_nothing_left(board)


def test_what_a_lost_visit_has_pushed_is_used_by_the_next(board, tflite_bundle, artifact):
    with during_the_run(board, board.unplug), pytest.raises(DeviceError):
        run_there(tflite_bundle, artifact, ENDLESS)
    file = board.home / FOLDER / "device/bundle" / artifact.file
    before = file.stat().st_mtime_ns

    with open_device("board", None, silent_stage) as device:
        device.run(tflite_bundle, [artifact], Work(threads=1), silent_stage)
        assert file.stat().st_mtime_ns == before

    assert_nothing_left(board)


def test_a_network_that_is_gone_without_a_word_is_noticed(board, tflite_bundle, artifact):
    def silence() -> None:
        for process in sessions(board):
            os.kill(process, signal.SIGSTOP)

    with during_the_run(board, silence), pytest.raises(DeviceError, match="the connection was lost"):
        run_there(tflite_bundle, artifact, ENDLESS)

    # The network is back: the board's end of the connection notices that the other is gone.
    for process in sessions(board):
        os.kill(process, signal.SIGCONT)
    wait_until(lambda: board.processes() == [])
    with open_device("board", None, silent_stage):
        pass
    assert_nothing_left(board)


def test_power_lost_in_the_middle(board, tflite_bundle, artifact):
    with during_the_run(board, board.power_off), pytest.raises(DeviceError, match="the connection was lost"):
        run_there(tflite_bundle, artifact, ENDLESS)


def test_a_board_that_is_off(board):
    board.power_off()

    with (
        pytest.raises(DeviceError, match="ssh:board: no ssh server answers there"),
        open_device("board", None, silent_stage),
    ):
        pass


def test_a_disk_that_is_full_before_the_push(board, tflite_bundle, artifact):
    with board.full_disk(f"{HOME}/{FOLDER}", 1_000_000):
        with pytest.raises(DeviceError, match=r"\d\.\d MB are needed in .*/device and \d\.\d MB are free; free some"):
            run_there(tflite_bundle, artifact, Work(threads=1))

        assert board.run(f"ls -A {FOLDER}").stdout == ""
    assert board.processes() == []


def test_a_disk_that_fills_up_in_the_middle_of_a_push(board, tflite_bundle, artifact):
    # Somebody else writes as soon as the space has been looked at.
    filler = f"{HOME}/{FOLDER}/filler"
    write_program(
        board, "df", f'/usr/bin/df "$@"; [ -e {filler} ] || head -c 100M /dev/zero 2>/dev/null >{filler}; exit 0'
    )
    with board.full_disk(f"{HOME}/{FOLDER}", 20_000_000):
        with pytest.raises(DeviceError, match=r"MB are needed in .*/device and 0\.0 MB are free; free some space"):
            run_there(tflite_bundle, artifact, Work(threads=1))

        assert board.run(f"ls -A {FOLDER}").stdout == "filler\n"
    assert board.processes() == []


def test_a_program_of_another_architecture(board, tmp_path):
    # The header of a program for 32-bit Arm processors with their bytes the other way round.
    program = tmp_path / "squeezebert-edge-runner"
    program.write_bytes(b"\x7fELF\x01\x02\x01" + bytes(9) + b"\x00\x02\x00\x28" + bytes(100))
    program.chmod(0o755)

    with connect("ssh:board", "board") as connection, open_folder(connection, HOME, f"{FOLDER}/device") as folder:
        information = probe_machine(connection, None).information
        with pytest.raises(DeviceError, match=r"for another architecture than the device's \(.*\): name a runner"):
            start_runner(folder, [program], information, silent_stage)

    assert_nothing_left(board)


def test_a_runtime_that_is_missing(board, artifact):
    for path in (board.home / ".venv/lib/python3.11/site-packages").glob("ai_edge_litert*"):
        board.run(f"rm -r '{HOME}/{path.relative_to(board.home)}'")
    board.run(f"rm -r {ENVIRONMENT}/lib/python3.11/site-packages/ai_edge_litert*")

    with open_device("board", None, silent_stage) as device:
        reason = device.why_not(artifact)

    assert reason == "ssh:board: has no ai-edge-litert; pip install 'ai-edge-litert>=1.0.1' there"
    assert_nothing_left(board)


def test_a_runtime_that_is_too_old(board, artifact):
    board.run(f"rm -r {ENVIRONMENT}/lib/python3.11/site-packages/ai_edge_litert*")
    pip_install(board, ENVIRONMENT, "tflite-runtime==2.14.0")

    with open_device("board", None, silent_stage) as device:
        reason = device.why_not(artifact)

    assert reason is not None
    assert reason.startswith("ssh:board: tflite-runtime 2.14.0 does not compute this artifact right")
    assert reason.endswith("pip install 'ai-edge-litert>=1.0.1'")


def test_a_board_without_squeezebert_edge(bare_board, artifact):
    with open_device("board", None, silent_stage) as device:
        reason = device.why_not(artifact)

    assert reason == (
        "ssh:board: squeezebert-edge is not installed: run "
        "'python3 -m venv ~/.venv && ~/.venv/bin/pip install squeezebert-edge' there"
    )
    assert bare_board.processes() == []


def test_files_that_arrive_damaged(board, tflite_bundle, artifact):
    write_program(board, "cat", "[ $# = 0 ] && exec tr '\\000' '\\001'; exec /usr/bin/cat \"$@\"")

    with pytest.raises(DeviceError, match=r"ssh:board: bundle/.* arrives damaged, .*; check the device's storage"):
        run_there(tflite_bundle, artifact, Work(threads=1))

    assert_nothing_left(board)


def test_a_run_that_hangs(board, tflite_bundle, artifact, monkeypatch):
    # It neither works nor ends with its stdin.
    path = f"{HOME}/hanging-python"
    (board.home / "hanging-python").write_text(
        f'#!/bin/sh\ncase "$*" in *worker*) exec sleep 600 ;; esac\nexec {ENVIRONMENT}/bin/python "$@"\n'
    )
    (board.home / "hanging-python").chmod(0o755)
    monkeypatch.setenv("SQUEEZEBERT_EDGE_DEVICE_PYTHON", path)

    with pytest.raises(DeviceError, match="ssh:board: tflite-int8-dynamic-16 at 16 tokens did not end within 3 s"):
        run_there(tflite_bundle, artifact, Work(threads=1, time_limit=3))

    assert_nothing_left(board)


def test_a_program_that_answers_in_another_version(board, tflite_bundle, artifact, monkeypatch):
    (board.home / "old-python").write_text(
        '#!/bin/sh\ncase "$*" in *worker*) echo \'{"result": {"schema_version": 0}}\' >answer.json; exit ;; esac\n'
        f'exec {ENVIRONMENT}/bin/python "$@"\n'
    )
    (board.home / "old-python").chmod(0o755)
    monkeypatch.setenv("SQUEEZEBERT_EDGE_DEVICE_PYTHON", f"{HOME}/old-python")

    with pytest.raises(
        DeviceError, match=r"not of version 1 .*: run '.*old-python -m pip install -U squeezebert-edge'"
    ):
        run_there(tflite_bundle, artifact, Work(threads=1))

    assert_nothing_left(board)


def test_two_visits_at_once(board, tflite_bundle, artifact):
    with open_device("board", None, silent_stage) as first:
        with (
            pytest.raises(DeviceError, match=rf"ssh:board: in use by .*, process {os.getpid()}, since .* UTC; wait"),
            open_device("board", None, silent_stage),
        ):
            pass

        first.run(tflite_bundle, [artifact], Work(threads=1), silent_stage)

    assert_nothing_left(board)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt(board, tflite_bundle, number):
    visit = start_visit(tflite_bundle)
    wait_until(lambda: works(board))

    # As a terminal does: to all of the process group.
    os.killpg(visit.pid, number)
    _, errors = visit.communicate()

    assert errors.endswith("interrupted: nothing was written\n")
    assert visit.returncode == 130
    assert_nothing_left(board)


def test_a_visit_that_is_killed(board, tflite_bundle):
    visit = start_visit(tflite_bundle)
    wait_until(lambda: works(board))

    visit.kill()
    visit.communicate()

    wait_until(lambda: board.processes() == [])
    with open_device("board", None, silent_stage):
        pass
    assert_nothing_left(board)


def test_a_start_file_that_prints(board):
    (board.home / ".bashrc").write_text("echo Welcome to the board\n")

    with (
        pytest.raises(DeviceError, match=r"its shell prints 'Welcome to the board' before each command; let its"),
        open_device("board", None, silent_stage),
    ):
        pass


def test_a_host_key_that_is_not_known(board):
    (board.folder / "known_hosts").unlink()

    with (
        pytest.raises(DeviceError, match="its host key is not known yet: run 'ssh board' once and confirm it"),
        open_device("board", None, silent_stage),
    ):
        pass


def test_a_host_key_that_has_changed(board):
    key = (board.folder / "id_ed25519.pub").read_text()
    (board.folder / "known_hosts").write_text(f"board {key}")

    with (
        pytest.raises(DeviceError, match=r"its host key has changed: if it was set up anew, run 'ssh-keygen .*' and"),
        open_device("board", None, silent_stage),
    ):
        pass


def test_a_key_that_is_not_accepted(board):
    (board.folder / "server/authorized_keys").write_text("")

    with (
        pytest.raises(DeviceError, match=r"it accepts no key of yours: .*'ssh-copy-id board'"),
        open_device("board", None, silent_stage),
    ):
        pass


def start_visit(bundle: Path) -> "subprocess.Popen[str]":
    """Measure for an hour, by the command line in a process of its own."""
    command = [sys.executable, "-c", "from edge.cli.main import main; main()"]
    words = ["bench", str(bundle), "--device", "ssh:board", "--artifact", "tflite-int8-dynamic-16", "--seconds", "3600"]
    return subprocess.Popen([*command, *words], stderr=subprocess.PIPE, text=True, start_new_session=True)


def sessions(board: Board) -> list[int]:
    """Return the processes of sshd that serve connections."""
    found = processes_beside(board._first_process())
    return [each.identifier for each in found if each.words[0].endswith("sshd") and each.words[-1] == SESSION_OPTION]
