"""Operators that an artifact could be made of: each runs in the delegate, as often as it was written."""

import pytest

from benchmarks.alternatives import ALTERNATIVES, COPIES, time_alternatives, write_operators
from edge.inspection import inspect_artifact


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda alternative: alternative.title)
def test_a_file_has_the_operator_and_nothing_else_but_quantization(alternative, tmp_path):
    write_operators(alternative, tmp_path / "operators.tflite")

    counts = {operator.name: operator for operator in inspect_artifact(tmp_path / "operators.tflite").operators}

    assert counts.pop(alternative.operator).count == COPIES
    assert set(counts) <= {"QUANTIZE"}


def test_every_alternative_takes_time():
    found = time_alternatives(threads=1)

    assert list(found) == [alternative.title for alternative in ALTERNATIVES]
    assert all(microseconds > 0 for microseconds in found.values())
