"""Memory as /proc reports it."""

import mmap
import os
import subprocess
import sys

import pytest

from benchmarks.memory import mapped_bytes, tree_bytes

MEBIBYTE = 1 << 20
SLEEP = "import time; held = bytearray(b'x') * (64 << 20); print('ready', flush=True); time.sleep(600)"

AFTER_RESET = """
from benchmarks.memory import peak_bytes, reset_peak, resident_bytes
held = bytearray(b"x") * (64 << 20)
del held
reset_peak()
before = resident_bytes()
held = bytearray(b"x") * (32 << 20)
print(peak_bytes() - before)
"""


def test_peak_begins_anew_after_a_reset():
    # In a small process: of this one the system may take idle pages back while the test runs.
    found = subprocess.run([sys.executable, "-c", AFTER_RESET], capture_output=True, text=True, check=True)

    assert 30 * MEBIBYTE < int(found.stdout) < 60 * MEBIBYTE


def test_mapping_of_a_file_with_a_space_in_its_name(tmp_path):
    path = tmp_path / "my model.bin"
    path.write_bytes(b"x" * (4 * MEBIBYTE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        untouched = mapped_bytes(path)
        total = sum(content[:: mmap.PAGESIZE])
        touched = mapped_bytes(path)

    assert total > 0
    assert untouched.size == touched.size == touched.resident == 4 * MEBIBYTE
    assert untouched.resident < touched.resident


def test_file_that_is_not_mapped(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"x")

    assert mapped_bytes(path).size == 0


def test_tree_has_the_children_of_children():
    middle = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])"
    with subprocess.Popen([sys.executable, "-c", middle], stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            process.stdout.readline()
            assert tree_bytes(process.pid) > 64 * MEBIBYTE
        finally:
            os.killpg(process.pid, 9)


def test_tree_of_an_ended_process_is_empty():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

        assert tree_bytes(process.pid) == pytest.approx(0)
