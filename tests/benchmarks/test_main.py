"""``python -m benchmarks`` as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.document import read_document
from tests.checkpoints import save_squeezebert

CONTESTANTS = ("tflite-int8-dynamic", "huggingface-litert-fp32", "products-tflite-int8-dynamic")


@pytest.fixture(autouse=True)
def own_signals():
    """Give SIGTERM back what it did: `main` makes it an interrupt."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_unknown_contestant(tmp_path, capsys):
    assert main([str(tmp_path / "work"), str(tmp_path / "page.md"), "--contestant", "tflite"]) == 2

    assert "error: unknown contestant 'tflite'" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_checkpoint_that_is_none(tmp_path, capsys):
    assert main([str(tmp_path / "work"), str(tmp_path / "page.md"), "--checkpoint", str(tmp_path)]) == 2

    assert "not a checkpoint folder, it has no config.json" in capsys.readouterr().err


def test_page_that_is_a_folder(tmp_path, capsys):
    assert main([str(tmp_path / "work"), str(tmp_path)]) == 2

    assert "a folder; give a Markdown file" in capsys.readouterr().err


def test_page_only_needs_a_run_before(tmp_path, capsys):
    assert main([str(tmp_path / "work"), str(tmp_path / "page.md"), "--page-only"]) == 2

    assert "run the benchmark without --page-only first" in capsys.readouterr().err


def test_page_only_with_a_damaged_document(tmp_path, capsys):
    (tmp_path / "benchmark.json").write_text("{")

    assert main([str(tmp_path), str(tmp_path / "page.md"), "--page-only"]) == 2
    assert "damaged or of another version" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--rounds", "0"], ["--threads", "-1"], ["--length", "x"]])
def test_numbers_below_one(tmp_path, words, capsys):
    with pytest.raises(SystemExit) as end:
        main([str(tmp_path / "work"), str(tmp_path / "page.md"), *words])

    assert end.value.code == 2
    assert words[0] in capsys.readouterr().err


def command(checkpoint, work, page, *words):
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks", str(work), str(page), "--checkpoint", str(checkpoint), *words],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_squeezebert(tmp_path_factory.mktemp("benchmark") / "encoder", task="feature-extraction")


@pytest.fixture(scope="module")
def finished(checkpoint, tmp_path_factory):
    """Return the work folder and the page of a whole run."""
    folder = tmp_path_factory.mktemp("run")
    words = ["--length", "16", "--threads", "1", "--rounds", "2", "--no-build", "--contestant", *CONTESTANTS]
    with command(checkpoint, folder / "work", folder / "docs" / "performance.md", *words) as process:
        assert process.wait() == 0, process.stderr.read()
    return folder / "work", folder / "docs" / "performance.md"


@pytest.mark.slow
def test_everything_measured_is_in_the_document(finished):
    work, _ = finished
    (setting,) = read_document(work).settings

    assert set(setting.bursts) == {*CONTESTANTS, "control"}
    assert all(len(bursts) == 2 for bursts in setting.bursts.values())
    assert setting.control_of == CONTESTANTS[0]
    assert setting.failures == {}


@pytest.mark.slow
def test_baseline_is_compared_with_the_same_reference(finished):
    document = read_document(finished[0])

    assert document.contestant("huggingface-litert-fp32", 16).parity["sqnr_db"] > 90
    assert 20 < document.contestant("tflite-int8-dynamic", 16).parity["sqnr_db"] < 90
    assert document.contestant("products-tflite-int8-dynamic", 16).parity is None


@pytest.mark.slow
def test_page_has_the_setting_and_the_floor(finished):
    text = finished[1].read_text()

    assert "## 16 tokens, 1 thread\n" in text
    assert "| tflite-int8-dynamic | 16 | 1 |" in text
    assert "FULLY_CONNECTED" in text


@pytest.mark.slow
def test_page_can_be_written_again_without_measuring(finished, tmp_path):
    work, page = finished

    assert main([str(work), str(tmp_path / "again.md"), "--page-only"]) == 0

    assert (tmp_path / "again.md").read_text() == page.read_text()


def children_of(process):
    """Return the ids of the children of `process`."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f" {process} " in _parent_field(entry)
    ]


def _parent_field(entry):
    try:
        return f" {(entry / 'stat').read_text().rpartition(')')[2].split()[1]} "
    except OSError:
        return ""


@pytest.mark.slow
def test_interrupt_ends_all_processes(finished, checkpoint, tmp_path):
    work, _ = finished
    words = ["--length", "16", "--threads", "1", "--rounds", "10000", "--no-build", "--contestant", *CONTESTANTS]
    with command(checkpoint, work, tmp_path / "page.md", *words) as process:
        end = time.monotonic() + 600
        while len(children := children_of(process.pid)) < len(CONTESTANTS) + 1 and time.monotonic() < end:
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)

        assert process.wait(300) == 130
        assert "interrupted" in process.stderr.read()
    assert len(children) == len(CONTESTANTS) + 1
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert not (tmp_path / "page.md").exists()
    assert json.loads((work / "benchmark.json").read_text())["rounds"]["rounds"] == 2
