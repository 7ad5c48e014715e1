"""Which rows are evaluated, and what is wrong with the others."""

import json

import pytest

import edge
from edge.errors import InputError
from edge.evaluation.labels import find_label
from tests.evaluation.conftest import FP32, TAGS, sentences


def refusal(made, path, **options):
    """Return the one line with which the data is refused."""
    with pytest.raises(InputError) as error:
        edge.evaluate(made.bundle, path, artifacts=[FP32], **options)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("label", "index"), [("Yes", 0), ("yes", 3), ("NO", 1), (2, 2), ("2", 2), ("1", 4), ("Other", 2)]
)
def test_labels_are_names_or_indices(label, index):
    assert find_label(label, ["Yes", "no", "other", "yes", "1"], "row") == index


@pytest.mark.parametrize("label", ["maybe", "YES", "-1", "5", 5, -1, "²", "1" * 20, "a\nb"])
def test_unknown_label_shows_some_that_are_known(label):
    with pytest.raises(InputError, match=r"^file, line 3: the model has no label .*Yes, no, other, yes, 4th") as error:
        find_label(label, ["Yes", "no", "other", "yes", "4th"], "file, line 3")
    assert "\n" not in str(error.value)


def test_many_labels_are_not_all_shown():
    with pytest.raises(InputError, match=r"it has 0, 1, 2, 3, 4 and 145 more$"):
        find_label("a", [str(number) for number in range(150)], "row")


def test_subset_is_the_same_each_time(trained, write_rows):
    made = trained("text-classification")
    rows = [{"text": text, "label": index % 3} for index, text in enumerate(sentences(30))]
    path = write_rows(*rows)

    first, second = (edge.evaluate(made.bundle, path, artifacts=[FP32], rows=10) for _ in range(2))

    assert first.rows == 10
    assert first == second


def test_subset_larger_than_the_file_is_the_file(trained, write_rows):
    made = trained("text-classification")
    path = write_rows({"text": "pay", "label": 0}, {"text": "book", "label": 1})

    assert edge.evaluate(made.bundle, path, artifacts=[FP32], rows=100).rows == 2


def test_no_rows_are_refused(trained, write_rows):
    assert "0 rows are none" in refusal(trained("text-classification"), write_rows({"text": "a", "label": 0}), rows=0)


@pytest.mark.parametrize(
    ("task", "labels", "row", "reason"),
    [
        ("text-classification", (), {"text": "b"}, "evaluated with label in each row, but this one has no label"),
        (
            "text-classification",
            (),
            {"text": "b", "label": "bad"},
            "no label 'bad'; it has negative, neutral, positive",
        ),
        ("feature-extraction", (), {"text": "b", "score": 1}, "this one has no text_pair (the file has text, "),
        ("token-classification", TAGS, {"text": "b"}, "has no tokens and no tags"),
        ("token-classification", TAGS, {"tokens": ["b"], "tags": ["B-group"]}, "no label 'B-group'; it has O, "),
        ("question-answering", (), {"text": "b", "text_pair": "c"}, "has no answers"),
        ("multiple-choice", (), {"text": "b", "choices": ["c", "d"]}, "has no label"),
        ("multiple-choice", (), {"text": "b", "choices": ["c", "d"], "label": 2}, "no label 2; it has 0 to 1: c, d"),
    ],
)
def test_row_that_does_not_fit_the_task_is_named(trained, write_rows, task, labels, row, reason):
    message = refusal(trained(task, *labels), write_rows(row))

    assert "rows.jsonl, line 1: " in message
    assert reason in message


def test_question_too_long_for_the_artifact_is_named(trained, tmp_path):
    path = tmp_path / "dev.json"
    paragraph = {"context": "bank", "qas": [{"question": "pay " * 20, "answers": []}]}
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))

    assert "qas[0]: the question has too many tokens for 16" in refusal(trained("question-answering"), path)


def test_choices_may_be_named_by_their_text(trained, write_rows):
    made = trained("multiple-choice")
    path = write_rows({"text": "pay", "choices": ["bank", "card"], "label": "card"})

    assert edge.evaluate(made.bundle, path).rows == 1
