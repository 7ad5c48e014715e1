"""What the vectors for the apps' predictions hold."""

import json

import numpy as np
import pytest

from edge.tasks import TASKS
from tests.app_vectors import predictions


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the folder that was written."""
    return predictions.write(tmp_path_factory.mktemp("vectors"))


@pytest.fixture(scope="module")
def cases(written):
    return json.loads((written / predictions.FILE).read_text())


def test_every_task_with_predictions_has_cases(cases):
    assert {case["task"] for case in cases} == set(TASKS) - {"feature-extraction"}


def test_the_same_bytes_each_time(written, tmp_path):
    again = predictions.write(tmp_path)

    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in written.iterdir()
    }


def test_offsets_count_utf16(cases):
    """An emoji is two of Java's characters; an answer is cut out of the text by its offsets."""
    answers = [
        (case["text"].encode("utf-16-le"), prediction)
        for case in cases
        if case["task"] == "question-answering"
        for prediction in case["expected"]
    ]

    assert any("\N{GRINNING FACE}" in prediction["label"] for _, prediction in answers)
    for text, prediction in answers:
        assert text[2 * prediction["start"] : 2 * prediction["end"]].decode("utf-16-le") == prediction["label"]


def test_a_context_has_several_windows(cases):
    assert all(len(case["encodings"]) > 3 for case in cases if case["task"] == "question-answering")


def test_logits_are_float32(cases):
    values = np.array([value for case in cases for value in case.get("logits", [])])

    assert [float(str(np.float32(value))) for value in values[:2000]] == list(values[:2000])
    assert np.abs(values).max() == pytest.approx(np.finfo(np.float32).max)


def test_some_scores_are_equal(cases):
    assert any(
        len({prediction["score"] for prediction in case["expected"]}) < len(case["expected"])
        for case in cases
        if case["task"] == "text-classification"
    )
