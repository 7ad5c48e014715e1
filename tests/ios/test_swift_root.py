"""A program in the laboratory's root sees what it should, talks to who started it, and ends with them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ios_lab.laboratory import IosLab
from tests.ios_lab.swift_root import root_command, run_in_root
from tests.laboratory.build_step import REPOSITORY, CheckError

pytestmark = pytest.mark.ios

# Seconds that no machine takes.
WAIT_SECONDS = 300.0


def processes_with(word: str) -> list[int]:
    """Return the ids of processes that have `word` among their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            found.append(int(folder.name))
    return found


def wait_for_processes(word: str, number: int) -> None:
    """Wait until as many processes have `word` among their arguments."""
    end = time.monotonic() + WAIT_SECONDS
    while (found := len(processes_with(word))) != number:
        assert time.monotonic() < end, f"{found} processes"
        time.sleep(0.05)


def test_it_sees_the_repository_and_what_is_named_at_their_own_paths(ios_lab: IosLab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here", encoding="ascii")
    command = ["sh", "-c", f'cat "{tmp_path}/file" && test -f "{REPOSITORY}/pyproject.toml" && echo " $PWD" && ls /']
    seen = run_in_root(ios_lab, command, "sh", folder=tmp_path, more_folders=[tmp_path])
    assert seen.split() == ["here", str(tmp_path), *_top(REPOSITORY, tmp_path)]


def _top(*folders: Path) -> list[str]:
    own = {"bin", "dev", "etc", "lib", "lib64", "proc", "sbin", "tmp", "usr", "var"}
    return sorted(own | {folder.parts[1] for folder in folders})


def test_it_sees_nothing_else_of_this_machine(ios_lab: IosLab, tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="No such file or directory"):
        run_in_root(ios_lab, ["ls", str(tmp_path)], "ls")


def test_it_cannot_change_the_laboratory(ios_lab: IosLab) -> None:
    with pytest.raises(CheckError, match="Read-only file system"):
        run_in_root(ios_lab, ["touch", "/usr/bin/swift"], "touch")


def test_nothing_stays_mounted(ios_lab: IosLab, tmp_path: Path) -> None:
    before = Path("/proc/mounts").read_text()
    inside = run_in_root(ios_lab, ["cat", "/proc/mounts"], "cat", more_folders=[tmp_path])
    assert f" {tmp_path} " in inside
    assert Path("/proc/mounts").read_text() == before


def test_it_has_the_streams_and_the_file_descriptors_that_it_is_started_with(ios_lab: IosLab) -> None:
    reader, writer = os.pipe()
    words = root_command(ios_lab, ["bash", "-c", f"cat; echo error >&2; echo beside >&{writer}; exit 3"])
    done = subprocess.run(
        words, input="given", capture_output=True, text=True, cwd=REPOSITORY, pass_fds=[writer], timeout=WAIT_SECONDS
    )
    os.close(writer)
    with os.fdopen(reader) as beside:
        assert (done.returncode, done.stdout, done.stderr, beside.read()) == (3, "given", "error\n", "beside\n")


def test_an_end_by_a_signal_is_reported_as_a_shell_does(ios_lab: IosLab) -> None:
    words = root_command(ios_lab, ["sh", "-c", "kill -SEGV $$"])
    assert subprocess.run(words, cwd=REPOSITORY, timeout=WAIT_SECONDS).returncode == 128 + signal.SIGSEGV


def test_a_program_that_is_not_there_is_an_error_of_one_line(ios_lab: IosLab) -> None:
    with pytest.raises(CheckError, match=r"^no:\nno Swift here: No such file or directory$"):
        run_in_root(ios_lab, ["no-such-program"], "no")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_all_that_it_started_ends_with_what_started_it(ios_lab: IosLab, how: signal.Signals) -> None:
    # A number that is nobody else's.
    seconds = f"9{os.getpid()}{int(how):02}"
    command = root_command(ios_lab, ["sh", "-c", f"sleep {seconds} & exec sleep {seconds}"])
    # Another process is between, as `make` and pytest are.
    parent = (
        "import json, os, subprocess, sys; words = json.loads(sys.argv[1]); place = json.loads(words[-1]);"
        "place['parent'] = os.getpid(); subprocess.run([*words[:-1], json.dumps(place)])"
    )
    started = subprocess.Popen([sys.executable, "-c", parent, json.dumps(command)], cwd=REPOSITORY)
    wait_for_processes(seconds, 2)
    started.send_signal(how)
    started.wait(WAIT_SECONDS)
    wait_for_processes(seconds, 0)


def test_it_does_not_start_for_a_process_that_has_ended(ios_lab: IosLab) -> None:
    words = root_command(ios_lab, ["true"])
    done = subprocess.run(["sh", "-c", '"$@"; exit $?', "sh", *words], capture_output=True, text=True, cwd=REPOSITORY)
    assert (done.returncode, done.stderr) == (1, "the process that started this one has ended\n")
