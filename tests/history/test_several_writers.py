"""Benches at the same time, and benches that are ended in the middle: the history stays whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from edge.errors import InputError
from edge.history import database
from edge.history.store import append, measurements, visits
from tests.history.examples import measurement, visit

WRITER = """
import sys
from pathlib import Path
from edge.history.store import append
from tests.history.examples import measurement, visit
for _ in range(int(sys.argv[3])):
    append(Path(sys.argv[1]), visit(sys.argv[2]), [measurement()] * 3)
"""


def start_writer(path, label, count):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), label, str(count)])


def test_two_benches_at_once_both_write(tmp_path):
    path = tmp_path / "history.sqlite"

    writers = [start_writer(path, label, 25) for label in ("one", "two")]

    assert [writer.wait() for writer in writers] == [0, 0]
    known = visits(path)
    assert sorted(each.label for each in known) == ["one"] * 25 + ["two"] * 25
    assert [each.number for each in known] == list(range(1, 51))
    assert sorted(each.visit for each in measurements(path)) == [number for number in range(1, 51) for _ in range(3)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="ends the writer without a word")
def test_a_writer_that_is_killed_leaves_whole_visits(tmp_path):
    path = tmp_path / "history.sqlite"
    for _ in range(3):
        writer = start_writer(path, "killed", 100_000)
        before = len(visits(path))
        while len(visits(path)) < before + 3:
            time.sleep(0.02)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()

        counts = [len(measurements(path, each.number)) for each in visits(path)]

        assert set(counts) == {3}
    append(path, visit("after"), [])
    assert visits(path)[-1].label == "after"


def test_an_interrupt_in_the_middle_of_a_visit_leaves_none_of_it(tmp_path):
    path = tmp_path / "history.sqlite"
    append(path, visit("before"), [measurement()])

    def measured():
        yield measurement()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(path, visit("interrupted"), measured())

    assert [each.label for each in visits(path)] == ["before"]
    assert len(measurements(path)) == 1
    assert os.listdir(tmp_path) == ["history.sqlite"]


def test_a_history_that_another_program_keeps_locked(tmp_path, monkeypatch):
    path = tmp_path / "history.sqlite"
    append(path, visit(), [])
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for use in (visits, lambda path: append(path, visit(), [])):
            with pytest.raises(InputError, match="in use by another program for more than"):
                use(path)
    finally:
        other.close()

    assert append(path, visit(), []) == 2


def test_a_full_disk_is_said_as_such_and_nothing_is_lost(tmp_path, monkeypatch):
    path = tmp_path / "history.sqlite"
    append(path, visit("before"), [measurement()])

    connect = database._connect

    def connect_to_full_disk(path, mode):
        connection = connect(path, mode)
        # SQLite reports a file that may not grow as it reports a full disk.
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(database, "_connect", connect_to_full_disk)
    with pytest.raises(OSError, match="No space left") as raised:
        append(path, visit("too much"), [measurement([1.0] * 10_000)])

    assert raised.value.filename == str(path)
    assert [each.label for each in visits(path)] == ["before"]
