"""The page: what is measured, what failed, and what a reader must be warned of."""

from pathlib import Path

import pytest

from benchmarks.document import BuildRecord, InstructionRow
from benchmarks.explanations import read_explanations
from benchmarks.page import render_page
from benchmarks.targets import TARGETS
from edge.errors import InputError
from tests.benchmarks.documents import document, record, setting

SLOW = {"tflite-int8-dynamic": 50.0, "huggingface-litert-fp32": 100.0}


def page(of, explanations=None):
    return render_page(of, explanations or {}, Path("explanations.toml"))


def row_of(text, title):
    return next(line for line in text.splitlines() if line.startswith(f"| {title}"))


def test_row_that_does_not_hold_has_its_explanation_below():
    text = page(document(SLOW), {"tflite-int8-litert": "Soft maximum takes half."})

    assert "| at least 4.00x | 2.00x | 2.00x to 2.00x | **no** | tflite-int8-dynamic |" in text
    assert "**tflite int8 against litert-torch's own fp32 conversion.** Soft maximum takes half." in text


def test_missing_explanation_is_said():
    assert "explanations.toml has no `tflite-int8-litert`" in page(document(SLOW))


def test_explanation_of_a_row_that_holds_is_left_out():
    text = page(document({**SLOW, "tflite-int8-dynamic": 10.0}), {"tflite-int8-litert": "Soft maximum."})

    assert "Soft maximum." not in text
    assert "Rows that do not hold" not in text


def test_limit_inside_of_the_spread_is_said():
    bursts = {"tflite-int8-dynamic": [[24.0], [25.0], [26.0]], "huggingface-litert-fp32": [[100.0]] * 3}

    text = page(document({}, settings=[setting(bursts)]))

    assert "the limit lies within the spread" in text


def test_every_row_is_there_even_if_nothing_was_measured():
    text = page(document({}))

    assert all("not measured in this run" in row_of(text, target.title) for target in TARGETS)


def test_contestants_are_sorted_by_time_and_compared_with_the_fastest_float_route():
    text = page(document({"huggingface-onnxruntime-fp32": 60.0, "huggingface-litert-fp32": 75.0, "tflite-fp32": 30.0}))
    table = text[text.index("## 128 tokens, 2 threads") :]

    assert table.index(".tflite fp32") < table.index("module, litert-torch")
    assert "the fastest float route without this project: Hugging Face's module, onnxruntime." in table
    expected = "| 30.0 | 30.0 to 30.0 | 2.00x | 2.00 to 2.00 | 40.0 | 0.99990 |"
    assert expected in row_of(table, ".tflite fp32")


def test_without_a_float_route_there_is_no_ratio():
    assert "Times as fast as the fastest" not in page(document({"tflite-fp32": 30.0}))


def test_control_near_one_is_printed():
    text = page(document({"tflite-int8-dynamic": 20.0, "control": 20.2}))

    assert "Control, tflite-int8-dynamic twice: 1.010 (1.010 to 1.010)." in text
    assert "off by more than 5%" not in text


def test_control_far_from_one_is_said():
    assert "off by more than 5%" in page(document({"tflite-int8-dynamic": 20.0, "control": 22.0}))


def test_wide_spread_is_said_in_words():
    text = page(document({}, settings=[setting({"tflite-fp32": [[10.0], [20.0], [30.0]]})]))

    assert "The times of tflite-fp32 spread widely over the rounds." in text


def test_failed_route_is_a_line_of_the_result():
    failed = record("huggingface-executorch-fp32", error="no kernel", file=None, bytes=None, parity=None)

    text = page(document({"tflite-fp32": 1.0}, contestants=[record("tflite-fp32"), failed]))

    assert "- Hugging Face's module, ExecuTorch XNNPACK: failed (no kernel)" in text


def test_floor_table_names_what_is_in_the_file():
    contestants = [
        record("tflite-int8-dynamic"),
        record("products-tflite-int8-dynamic", operators={"FULLY_CONNECTED": (228, 0)}, parity=None),
    ]

    text = page(document({"tflite-int8-dynamic": 20.0, "products-tflite-int8-dynamic": 16.0}, contestants=contestants))

    assert "| tflite-int8-dynamic | 128 | 2 | 20.0 | 16.0 | 1.25x | 1.25 to 1.25 |" in text
    assert "- products-tflite-int8-dynamic: 228 FULLY_CONNECTED" in text


def test_memory_table():
    text = page(document({"tflite-int8-dynamic": 20.0}))

    assert "| tflite-int8-dynamic | 128 | 50.0 | 50.0 | 20.0 | 60.0 | 1.20x | 25.0 of 50.0 |" in text


def test_instructions_are_compared_with_the_naive_file_of_the_same_length():
    rows = [
        InstructionRow(name="huggingface-litert-fp32", sequence_length=128, instructions=1_000_000_000),
        InstructionRow(name="tflite-int8-static", sequence_length=128, instructions=341_000_000),
        InstructionRow(name="tflite-int8-static", sequence_length=32, instructions=80_000_000),
    ]
    text = page(document({}, instructions=rows))

    assert "| tflite-int8-static | 128 | 341.0 | 0.341 |" in text
    assert "| tflite-int8-static | 32 | 80.0 | - |" in text


def test_build_is_described_and_its_failure_too():
    build = BuildRecord(command="squeezebert-edge build", seconds=93.4, peak_bytes=3_210_000_000, error=None)

    assert "took 93 s and at most 3.2 GB" in page(document({}, build=build))
    failed = build.model_copy(update={"error": "error: disk full"})
    assert "`squeezebert-edge build` failed: error: disk full" in page(document({}, build=failed))


def test_explanations_are_read_by_row(tmp_path):
    path = tmp_path / "explanations.toml"
    path.write_text('floor = "Attention is float."\n')

    assert read_explanations(path) == {"floor": "Attention is float."}
    assert read_explanations(tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [("flor = 'x'", "no row 'flor'"), ("floor = 1", "'floor' is not a text"), ("floor", "not TOML")],
)
def test_damaged_explanations(tmp_path, content, problem):
    path = tmp_path / "explanations.toml"
    path.write_text(content)

    with pytest.raises(InputError, match=problem):
        read_explanations(path)
