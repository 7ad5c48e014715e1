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


@pytest.fixture
def rows(tmp_path):
    """Return a file with a text, a pair and a text that is too long; labels are not read."""
    file = tmp_path / "rows.jsonl"
    lines = [{"text": "great movie", "label": "anything"}, {"text": "great", "text_pair": "bad"}, {"text": "pay " * 50}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_rows_of_a_file_are_predicted_as_one_by_one(run, rows):
    results = json.loads(run("--data", rows, "--json").stdout)["results"]

    alone = [json.loads(run(*words, "--json").stdout) for words in (["great movie"], ["great", "bad"], ["pay " * 50])]
    assert results == [{"predictions": document["predictions"]} for document in alone]


def test_table_of_a_file_has_a_row_each(run, rows):
    finished = run("--data", rows)

    assert finished.status == 0
    assert "row" in finished.stdout
    assert sum(finished.stdout.count(label) for label in LABELS) == 3


def test_cut_rows_are_counted_in_a_note(run, rows):
    assert run("--data", rows).stderr == "note: 1 of 3 texts have more than 32 tokens; the rest is cut off\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give a text, --data with a file of texts, or --stdin"),
        (["great", "--data", "rows.txt"], "give a text, --data with a file of texts, or --stdin, only one of them"),
        (["--data", "no-such-file.txt"], "no-such-file.txt: no such file"),
    ],
)
def test_texts_come_from_one_place(run, words, message):
    finished = run(*words)

    assert finished.status == 2
    assert finished.stdout == ""
    assert message in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
