"""The store beside a bundle: what is put in comes out, and what goes wrong is one line."""

import math
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.work import Timing
from edge.errors import InputError
from edge.history import database
from edge.history.store import append, beside, check_label, measurements, prepare, summaries, visits
from edge.placement import CoreMLDevices
from tests.history.examples import device, measurement, timing, visit


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sentiment.history.sqlite"


def test_it_lies_beside_the_bundle(tmp_path, monkeypatch):
    bundle = tmp_path / "sentiment"
    bundle.mkdir()
    (tmp_path / "link").symlink_to(bundle)
    monkeypatch.chdir(bundle)

    places = {beside(way) for way in (bundle, Path("."), Path("../sentiment/"), tmp_path / "link")}

    assert places == {tmp_path / "sentiment.history.sqlite"}


def test_a_name_with_a_dot_keeps_it(tmp_path):
    assert beside(tmp_path / "model.v2").name == "model.v2.history.sqlite"


def test_no_history_has_no_visits(path):
    assert (visits(path), measurements(path), summaries(path)) == ([], [], [])
    assert not path.exists()


def test_visits_come_back_with_their_numbers(path):
    assert append(path, visit("main"), [measurement()]) == 1
    assert append(path, visit(on=device("b2")), []) == 2

    first, second = visits(path)

    assert dict(first) == dict(visit("main")) | {"number": 1}
    assert (second.number, second.label, second.device.identity) == (2, None, "b2")


def test_measurements_come_back_with_every_run(path):
    stored = [
        measurement([50.25, 51.5, 250.0]),
        measurement(cores=[2, 3], marks=["throttled: the clock fell from 2400 to 1500 MHz"], parity={}),
        measurement(core_ml=CoreMLDevices(compute_units="ne", placement=None, placement_missing="it does not say")),
    ]
    append(path, visit(), [])
    append(path, visit(), stored)

    found = measurements(path)

    assert [dict(each) for each in found] == [dict(each) | {"visit": 2} for each in stored]
    assert measurements(path, visit=2) == found
    assert measurements(path, visit=1) == []


unknown = st.none() | st.floats(0, 1e6)


@given(st.lists(st.floats(0, 1e6, width=32)), st.lists(st.floats(0, 1e6, width=32)), st.booleans(), unknown)
def test_any_timing_comes_back(tmp_path_factory, warm_up, latencies, warmed_up, peak):
    folder = tmp_path_factory.mktemp("history")
    given_timing = timing(latencies).model_copy(
        update={"warm_up_ms": warm_up, "warmed_up": warmed_up, "peak_rss_mb": peak}
    )
    append(folder / "x", visit(), [measurement(timing=given_timing)])

    assert measurements(folder / "x")[0].timing == Timing.model_validate(given_timing.model_dump())
    shutil.rmtree(folder)


def test_summaries_have_the_figures_of_each_visit(path):
    append(path, visit("main"), [measurement([10.0, 20.0, 30.0]), measurement(sequence_length=64)])
    append(path, visit(), [measurement()])

    first, second = summaries(path)

    assert [each.sequence_length for each in first.measurements] == [32, 64]
    figures = first.measurements[0]
    assert (figures.runs, figures.latency_ms.p50, figures.latency_ms.min) == (3, 20.0, 10.0)
    assert figures.peak_rss_mb == 98.5
    assert (second.number, len(second.measurements)) == (2, 1)


def test_a_rebuilt_bundle_keeps_its_history(tmp_path):
    bundle = tmp_path / "sentiment"
    for label in ("before", "after"):
        bundle.mkdir()
        append(beside(bundle), visit(label), [])
        shutil.rmtree(bundle)

    assert [each.label for each in visits(beside(bundle))] == ["before", "after"]


def test_numbers_are_never_given_twice(path):
    for _ in range(2):
        append(path, visit(), [measurement()])
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM visit WHERE number = 2")
    connection.close()

    assert len(measurements(path)) == 1
    assert append(path, visit(), []) == 3


@pytest.mark.parametrize("label", ["main", "0.2-rc1", "after the fan was fixed", "déjà"])
def test_labels_are_words(label):
    check_label(label)


@pytest.mark.parametrize("label", ["", " ", "last", "7", "two\nlines", " main", "\x1b[31m"])
def test_labels_that_could_not_be_found_again_are_refused(label, path):
    with pytest.raises(InputError, match="label"):
        check_label(label)
    with pytest.raises(InputError, match="label"):
        append(path, visit(label), [])
    assert not path.exists()


def test_a_measurement_that_cannot_be_stored_leaves_no_visit(path):
    append(path, visit(), [measurement()])
    # SQLite has no NaN: it becomes NULL, which the column forbids.
    with pytest.raises(InputError, match="NOT NULL"):
        append(path, visit(), [measurement(), measurement(load_ms=math.nan)])

    assert [each.number for each in visits(path)] == [1]
    assert len(measurements(path)) == 1


def test_what_keeps_it_from_being_written_shows_before_measuring(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        prepare(tmp_path / "missing" / "sentiment.history.sqlite")
    with pytest.raises(InputError, match="cannot be opened"):
        prepare(tmp_path)


def test_preparing_twice_keeps_what_is_there(path):
    prepare(path)
    append(path, visit(), [])
    prepare(path)

    assert len(visits(path)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="takes /proc for a folder that nobody may write to")
def test_a_folder_that_cannot_be_written():
    with pytest.raises(InputError, match="must be allowed to write there"):
        append(Path("/proc/sentiment.history.sqlite"), visit(), [])


def test_a_file_that_may_only_be_read_can_be_read(path):
    append(path, visit(), [])
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        if os.access(path, os.W_OK):
            pytest.skip("this user may write everywhere")
        assert len(visits(path)) == 1
        for write in (prepare, lambda path: append(path, visit(), [])):
            with pytest.raises(InputError, match="must be allowed to write there"):
                write(path)
    finally:
        path.parent.chmod(0o755)


@pytest.mark.parametrize("use", [visits, prepare, lambda path: append(path, visit(), [])])
class TestWrongFile:
    """Each is said in one line, by readers and writers alike, and left as it is."""

    def check(self, path, use, message):
        before = path.read_bytes()
        with pytest.raises(InputError, match=message) as raised:
            use(path)
        assert str(path) in str(raised.value)
        assert "\n" not in str(raised.value)
        assert path.read_bytes() == before

    def test_no_database(self, path, use):
        path.write_text("p50 12.5 ms\n" * 100)

        self.check(path, use, "not even a database; move it away")

    def test_another_program_s_database(self, path, use):
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE bookmark (address TEXT)")
        connection.close()

        self.check(path, use, "a database of another program")

    def test_a_newer_one(self, path, use):
        append(path, visit(), [])
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION + 1}")
        connection.close()

        self.check(path, use, "written by a newer squeezebert-edge .*upgrade")

    def test_a_damaged_one(self, path, use):
        for _ in range(20):
            append(path, visit(), [measurement()])
        content = bytearray(path.read_bytes())
        content[8192:12288] = b"\xff" * 4096
        path.write_bytes(content)

        self.check(path, use, "damaged; move it away")

    def test_one_that_was_cut_off(self, path, use):
        for _ in range(20):
            append(path, visit(), [measurement()])
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

        self.check(path, use, "damaged; move it away")

    def test_a_folder(self, tmp_path, use):
        with pytest.raises(InputError, match="cannot be opened"):
            use(tmp_path)


def test_an_empty_file_is_an_empty_history(path):
    path.touch()

    assert visits(path) == []
    assert append(path, visit(), []) == 1


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("measurement", "latencies_ms", b"\x00" * 5),
        ("measurement", "state_after", "{"),
        ("measurement", "state_after", '{"humidity": 0.4}'),
        ("visit", "device", "null"),
    ],
)
def test_a_row_that_is_damaged_or_of_another_version(path, table, column, value):
    append(path, visit(), [measurement()])
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
    connection.close()

    with pytest.raises(
        InputError, match=r"sentiment.history.sqlite: visit 1 is damaged or of another squeezebert-edge"
    ):
        summaries(path)
