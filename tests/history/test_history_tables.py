"""The tables of bench --history and bench --compare on a terminal of 80 columns."""

import io

import pytest
from rich.console import Console

from edge.cli.history_tables import comparison_notes, comparison_table, visit_table
from edge.history.comparison import compare
from edge.history.reference import load_reference
from edge.history.store import append, summaries
from tests.history.examples import device, measurement, visit


def printed(table):
    console = Console(file=io.StringIO(), width=80)
    console.print(table)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    return lines


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sentiment.history.sqlite"


def test_visits_and_what_was_measured_in_them(path):
    marks = ["unstable: a", "throttled: b", "unstable: c"]
    append(path, visit("main"), [measurement(), measurement([12.5] * 99 + [1000.0], sequence_length=64, marks=marks)])
    append(path, visit(on=device("b2", name="host")), [measurement([0.612] * 5000)])

    first, second = "\n".join(printed(visit_table(summaries(path)))).split("visit 2")

    assert "visit 1, main, 2026-11-21 20:15 UTC, ssh:board, Raspberry Pi 5 Model B" in first
    assert "50.0" in first
    assert "12.5" in first
    assert "unstable, throttled" in first
    assert ", 2026-11-21 20:15 UTC, host, Raspberry Pi 5 Model B" in second
    assert "5000   0.61" in second


def test_a_comparison_of_several_artifacts(path):
    ids = ("coreml-neural-engine-palette6-weight-128", "onnx-fp32-32", "tflite-fp32-32")
    append(path, visit(), [measurement(artifact=name) for name in ids[:2]])
    measured = [measurement([60.0] * 100, artifact=name) for name in ids]

    found = compare(device(governor="performance"), measured, load_reference(path, "last", device()))
    text = "\n".join(printed(comparison_table(found)))

    assert "against visit 1" in text
    assert text.count("+20.0%") == text.count("slower") == 2
    assert "not comparable" in " ".join(text.split())
    assert comparison_notes(found) == [
        f"{ids[0]}: 20.0% slower than visit 1, p = 1.6e-05, beyond the tolerance of 5.0%",
        f"{ids[1]}: 20.0% slower than visit 1, p = 1.6e-05, beyond the tolerance of 5.0%",
        f"{ids[2]}: visit 1 did not measure tflite-fp32-32 at 32",
        f"{ids[0]}, {ids[1]}: governor was ondemand, is performance",
    ]


def test_what_differs_for_all_artifacts_is_said_once(path):
    append(path, visit(), [measurement(), measurement(artifact="onnx-fp32-32")])
    measured = [measurement(), measurement(artifact="onnx-fp32-32", runtime="onnxruntime 1.31.1")]

    found = compare(device(kernel="7.1"), measured, load_reference(path, "last", device()))

    assert comparison_notes(found)[2:] == [
        "kernel was unknown, is 7.1",
        "onnx-fp32-32: runtime was ai-edge-litert 2.3.0, is onnxruntime 1.31.1",
    ]
