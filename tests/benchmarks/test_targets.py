"""Rows of what must hold, on documents with known times."""

import pytest

from benchmarks.document import BuildRecord, InstructionRow
from benchmarks.targets import TARGETS, Limit
from tests.benchmarks.documents import MEGABYTE, document, record, setting

ROWS = {target.id: target for target in TARGETS}


def measured(row, of):
    return ROWS[row].measure(of)


def test_speed_up_is_that_of_the_fastest_recipe():
    found = measured(
        "tflite-int8-litert",
        document({"tflite-int8-dynamic": 25.0, "tflite-int8-static": 20.0, "huggingface-litert-fp32": 90.0}),
    )

    assert (found.value, found.of) == (pytest.approx(4.5), "tflite-int8-static")
    assert ROWS["tflite-int8-litert"].limit.holds(found.value)


def test_ratios_are_taken_within_a_round():
    bursts = {"tflite-fp32": [[10.0], [100.0]], "huggingface-litert-fp32": [[20.0], [200.0]]}

    found = measured("tflite-fp32", document({}, settings=[setting(bursts)]))

    assert (found.spread.low, found.spread.high) == (2.0, 2.0)


def test_floor_of_the_fastest_artifact_that_has_one():
    found = measured(
        "floor",
        document({"tflite-int8-static": 10.0, "tflite-int8-dynamic": 15.0, "products-tflite-int8-dynamic": 10.0}),
    )

    assert (found.value, found.of) == (1.5, "tflite-int8-dynamic")


@pytest.mark.parametrize("row", ROWS)
def test_row_without_its_measurements_is_not_measured(row):
    assert measured(row, document({})) is None


@pytest.mark.parametrize("row", ["tflite-int8-litert", "tflite-fp32", "floor", "load-time", "peak-memory"])
def test_other_lengths_do_not_count(row):
    names = ("tflite-fp32", "tflite-int8-dynamic", "huggingface-litert-fp32", "products-tflite-int8-dynamic")

    assert measured(row, document(dict.fromkeys(names, 10.0), length=32)) is None


def test_instructions_of_the_best_recipe_over_the_naive_float_file():
    rows = [
        InstructionRow(name="tflite-int8-dynamic", sequence_length=128, instructions=40),
        InstructionRow(name="tflite-int8-static", sequence_length=128, instructions=30),
        InstructionRow(name="huggingface-litert-fp32", sequence_length=128, instructions=100),
        InstructionRow(name="tflite-int8-static", sequence_length=32, instructions=3),
    ]

    found = measured("aarch64-tflite", document({}, instructions=rows))

    assert (found.value, found.of) == (0.3, "tflite-int8-static")
    assert measured("aarch64-executorch", document({}, instructions=rows)) is None


def test_embedding_outside_of_delegates_is_allowed_and_others_are_counted():
    operators = {"aten::embedding.out": (1, 1), "XNNFullyConnected": (12, 0), "aten::add.out": (3, 2)}

    found = measured("delegates", document({}, contestants=[record("executorch-int8-dynamic", operators=operators)]))

    assert found.value == 2
    assert "1 aten::embedding.out, 2 aten::add.out" in found.of


def test_peak_memory_is_the_worst_artifacts():
    contestants = [record("tflite-int8-dynamic"), record("executorch-int8-dynamic", bytes=20 * MEGABYTE)]

    found = measured(
        "peak-memory",
        document({"tflite-int8-dynamic": 1.0, "executorch-int8-dynamic": 1.0}, contestants=contestants),
    )

    assert (found.value, found.of) == (3.0, "executorch-int8-dynamic")
    assert not ROWS["peak-memory"].limit.holds(found.value)


def test_one_artifact_that_is_read_instead_of_mapped_fails_the_row():
    both = setting({"tflite-int8-dynamic": [[1.0]], "executorch-int8-dynamic": [[1.0]]})
    read = both.loads["tflite-int8-dynamic"].model_copy(update={"mapped_bytes": 0})
    one = both.model_copy(update={"loads": {**both.loads, "executorch-int8-dynamic": read}})

    assert measured("memory-mapped", document({}, settings=[both])).value == 1
    found = measured("memory-mapped", document({}, settings=[one]))
    assert (found.value, found.of) == (0, "executorch-int8-dynamic")


def test_failed_build_has_no_time():
    failed = BuildRecord(command="build", seconds=3.0, peak_bytes=1, error="error: no")

    assert measured("build-time", document({}, build=failed)) is None


def test_limits_hold_when_reached():
    assert Limit(4.0, is_least=True).holds(4.0)
    assert Limit(0.4, is_least=False).holds(0.4)
    assert not Limit(4.0, is_least=True).holds(3.99)
    assert str(Limit(180, is_least=False, written="{:.0f} s")) == "at most 180 s"


def test_ids_are_unique():
    assert len(ROWS) == len(TARGETS)
