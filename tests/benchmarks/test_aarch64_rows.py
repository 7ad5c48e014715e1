"""Counts of instructions are those of the contestants' files."""

import json
import os

import pytest

from benchmarks.aarch64_rows import read_instructions
from edge.errors import InputError
from tests.benchmarks.documents import record

RECORDS = [record("tflite-int8-dynamic"), record("huggingface-litert-fp32")]


@pytest.fixture
def work(tmp_path):
    """Return a work folder with the files of `RECORDS` and their counts."""
    (tmp_path / "built").mkdir()
    for entry in RECORDS:
        (tmp_path / entry.file).write_bytes(b"x")
    rows = [{"artifact": f"elsewhere/{entry.file}", "instructions": 100, "counts": [100, 100]} for entry in RECORDS]
    rows.append({"artifact": "my.tflite", "instructions": 5})
    (tmp_path / "aarch64.json").write_text(json.dumps({"rows": rows, "cpu": "cortex-a76"}))
    return tmp_path


def test_rows_are_matched_by_file_and_others_left_out(work):
    found = read_instructions(work, RECORDS)

    assert [row.name for row in found] == [entry.name for entry in RECORDS]
    assert {(row.sequence_length, row.instructions) for row in found} == {(128, 100)}


def test_file_that_was_built_after_the_count_has_none(work):
    os.utime(work / RECORDS[0].file, (2e9, 2e9))

    assert [row.name for row in read_instructions(work, RECORDS)] == ["huggingface-litert-fp32"]


def test_nobody_counted(tmp_path):
    assert read_instructions(tmp_path, RECORDS) == []


def test_damaged_counts(work):
    (work / "aarch64.json").write_text("{")

    with pytest.raises(InputError, match=r"aarch64\.json: damaged"):
        read_instructions(work, RECORDS)
