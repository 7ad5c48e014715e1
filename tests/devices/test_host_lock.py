"""One benchmark at a time on this machine."""

import os
import subprocess
import sys

import pytest

from edge.devices import host_lock
from edge.devices.host_lock import measuring_alone
from edge.errors import DeviceError

HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from edge.devices.host_lock import measuring_alone
with measuring_alone():
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Return a process that holds the lock."""
    monkeypatch.setattr(host_lock.tempfile, "tempdir", str(tmp_path))
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def test_second_bench_is_told_who_measures(holder):
    with (
        pytest.raises(DeviceError, match=rf"another bench \(process {holder.pid}\); wait until it ends"),
        measuring_alone(),
    ):
        pass


def test_killed_bench_leaves_nothing_locked(holder):
    holder.kill()
    holder.wait()

    with measuring_alone():
        pass


def test_lock_is_free_after_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(host_lock.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ZeroDivisionError), measuring_alone():
        1 / 0  # noqa: B018

    with measuring_alone():
        assert (tmp_path / "squeezebert-edge-bench.lock").read_text() == str(os.getpid())


def test_every_user_may_take_the_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(host_lock.tempfile, "tempdir", str(tmp_path))
    with measuring_alone():
        mode = (tmp_path / "squeezebert-edge-bench.lock").stat().st_mode

    assert mode & 0o777 == 0o666
