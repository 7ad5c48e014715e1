"""The stand-in for a Raspberry Pi: emulated to the outside of a board, invisible to this machine, gone at the end."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.errors import InputError
from tests.device_lab.board import HOST, Board, start_board
from tests.device_lab.environment import ENVIRONMENT
from tests.device_lab.laboratory import DeviceLab
from tests.device_lab.machine import REPOSITORY
from tests.devices.waiting import wait_until

pytestmark = pytest.mark.device


def printed(board: Board, command: str) -> str:
    """Return what a command that succeeds prints on the board."""
    done = board.run(command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_programs_are_for_a_cortex_a76(bare_board: Board) -> None:
    assert printed(bare_board, "uname -m; whoami; pwd").split() == ["aarch64", "pi", "/home/pi"]
    assert "CPU part\t: 0xd0b" in printed(bare_board, "cat /proc/cpuinfo")
    assert printed(bare_board, "cat /sys/firmware/devicetree/base/model").startswith("Raspberry Pi 5")


def test_programs_start_programs(bare_board: Board) -> None:
    # Without the kernel's part in it, qemu would run the shell and nothing that it starts.
    python = "import subprocess; print(subprocess.run(['sh', '-c', 'uname -m'], capture_output=True, text=True).stdout)"

    assert printed(bare_board, f'env -u QEMU_CPU sh -c "python3 -c \\"{python}\\""') == "aarch64"


def test_this_machine_s_settings_stay(bare_board: Board) -> None:
    mounts = Path("/proc/self/mounts").read_text()

    assert str(bare_board.root) not in mounts
    assert not Path("/proc/sys/fs/binfmt_misc/qemu-aarch64").exists()


def test_system_cannot_be_written(bare_board: Board) -> None:
    assert "Read-only file system" in bare_board.run("touch /usr/bin/x").stderr
    assert set(printed(bare_board, "touch /tmp/x ~/x; ls /tmp/x ~/x").split()) == {"/home/pi/x", "/tmp/x"}


def test_installed_package_is_this_checkout(board: Board) -> None:
    source = printed(board, f"{ENVIRONMENT}/bin/python -c 'import edge.errors as e; print(open(e.__file__).read())'")

    assert source == (REPOSITORY / "edge/errors.py").read_text(encoding="utf-8").strip()


def test_changes_of_the_environment_stay_on_their_board(board: Board, device_lab: DeviceLab) -> None:
    printed(board, f"rm {ENVIRONMENT}/pyvenv.cfg")

    assert (device_lab.environment / "pyvenv.cfg").exists()


def test_own_programs_stand_before_the_system_s(bare_board: Board) -> None:
    program = bare_board.programs / "cat"
    program.write_text("#!/bin/sh\necho damaged\n")
    program.chmod(0o755)

    assert printed(bare_board, "cat /etc/hostname") == "damaged"


def test_disk_can_be_full(bare_board: Board) -> None:
    with bare_board.full_disk("/home/pi/data", 16384):
        assert "No space left on device" in bare_board.run("head -c 20000 /dev/zero >data/file").stderr
    assert printed(bare_board, "ls data") == ""


def test_unplugging_breaks_the_connection_and_leaves_the_program(bare_board: Board) -> None:
    command = [bare_board.ssh, "-F", str(bare_board.config), HOST, "sleep 3600"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as connected:
        wait_until(lambda: any("sleep 3600" in words for words in bare_board.processes()))
        bare_board.unplug()
        assert connected.wait(120) == 255

    assert any("sleep 3600" in words for words in bare_board.processes())
    assert printed(bare_board, "echo back") == "back"


def test_without_power_nothing_answers(bare_board: Board) -> None:
    bare_board.power_off()

    assert "Connection refused" in bare_board.run("true").stderr


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_however_the_session_ends(device_lab: DeviceLab, way: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.device_lab", "board"]
    environment = {**os.environ, "SQUEEZEBERT_EDGE_DEVICE_LAB": str(device_lab.folder)}
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as session:
        assert session.stdout is not None
        config = Path(session.stdout.readline().split()[2])
        first = _processes_naming(str(config.parent))
        assert first
        session.send_signal(way)

    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in first))
    if way == signal.SIGINT:
        assert not config.exists()
    # A killed process cannot remove its files.
    shutil.rmtree(config.parents[1], ignore_errors=True)


def _processes_naming(words: str) -> list[int]:
    """Return the processes with `words` in their command line, and their children."""
    found = []
    for process in (int(folder.name) for folder in Path("/proc").glob("[0-9]*")):
        try:
            if words in Path(f"/proc/{process}/cmdline").read_text():
                found.append(process)
        except OSError:
            continue
    return found


def test_board_that_cannot_start_says_why(device_lab: DeviceLab, tmp_path: Path) -> None:
    empty = dataclasses.replace(device_lab, folder=tmp_path)

    with (
        pytest.raises(InputError, match="no board here: no emulated machine here: "),
        start_board(empty, tmp_path / "b"),
    ):
        pass
