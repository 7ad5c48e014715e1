"""``squeezebert-edge run``: a bundle's prediction for one text."""

import json

import pytest

LABELS = ("negative", "neutral", "positive")


@pytest.fixture
def run(squeezebert_edge, small_bundle):
    """Return a function that runs the small bundle, which has the lengths 16 and 32."""
    return lambda *words: squeezebert_edge("run", small_bundle, *words)


def test_best_label_and_its_score_are_printed(run):
    finished = run("great movie")

    assert finished.status == 0
    assert sum(label in finished.stdout for label in LABELS) == 1
    assert "0." in finished.stdout


def test_nothing_is_printed_beside_the_result(run):
    assert run("great movie").stderr == ""


def test_json_is_one_document(run):
    document = json.loads(run("great movie", "not good", "--json").stdout)

    assert document["task"] == "text-classification"
    assert document["artifacts"] == ["tflite-int8-dynamic-16", "tflite-int8-dynamic-32"]
    assert [set(prediction) for prediction in document["predictions"]] == [{"label", "score"}]


def test_top_k_prints_more(run):
    predictions = json.loads(run("great movie", "--top-k", 3, "--json").stdout)["predictions"]

    assert {prediction["label"] for prediction in predictions} == set(LABELS)
    assert sum(prediction["score"] for prediction in predictions) == pytest.approx(1)


def test_artifact_can_be_chosen(run):
    document = json.loads(run("great movie", "--artifact", "onnx-int8-dynamic-16", "--json").stdout)

    assert document["artifacts"] == ["onnx-int8-dynamic-16"]


def test_text_that_is_too_long_is_cut_with_a_note(run):
    finished = run("money " * 50)

    assert finished.status == 0
    assert finished.stderr == "note: the text has 52 tokens, only 32 are read; the rest is cut off\n"


def test_text_that_fits_has_no_note(run):
    assert run("money " * 30).stderr == ""
