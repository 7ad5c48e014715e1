"""Documents of several runs: a length that a run did not measure stays as an earlier one left it."""

import pytest

from benchmarks.benchmark import earlier_document
from benchmarks.document import FILE
from tests.benchmarks.documents import document, setting


def times(found, length):
    return found.setting(length, 2).bursts["tflite-fp32"][0][0]


def test_other_lengths_of_an_earlier_run_stay():
    earlier, later = document({"tflite-fp32": 20.0}, length=128), document({"tflite-fp32": 5.0}, length=32)

    joined = later.joined(earlier)

    assert [entry.sequence_length for entry in joined.settings] == [32, 128]
    assert (times(joined, 32), times(joined, 128)) == (5.0, 20.0)
    assert [entry.sequence_length for entry in joined.contestants] == [32, 128]


def test_a_length_that_is_measured_again_is_replaced_with_all_its_settings():
    earlier = document({"tflite-fp32": 20.0})
    one_thread = setting({"tflite-fp32": [[40.0] * 3] * 3}, threads=1)
    earlier = earlier.model_copy(update={"settings": [one_thread, *earlier.settings]})

    joined = document({"tflite-fp32": 10.0}).joined(earlier)

    assert times(joined, 128) == 10.0
    assert joined.setting(128, 1) is None
    assert len(joined.contestants) == 1


def test_runs_with_other_packages_are_not_joined():
    earlier = document({"tflite-fp32": 20.0}, packages={"torch": "2.12.0"})
    later = document({"tflite-fp32": 5.0}, length=32)

    assert later.joined(earlier) == later


def test_an_earlier_document_is_read(tmp_path):
    left = document({"tflite-fp32": 20.0})
    (tmp_path / FILE).write_text(left.model_dump_json(), encoding="utf-8")

    assert earlier_document(tmp_path) == left


@pytest.mark.parametrize("content", [None, "", '{"machine": 1}'], ids=["missing", "empty", "of another version"])
def test_what_cannot_be_read_does_not_stop_a_new_run(tmp_path, content):
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="utf-8")

    assert earlier_document(tmp_path) is None
