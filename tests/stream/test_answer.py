"""The answer to any line is one line: JSON that says what came out, or words between tabs."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import edge
from edge.stream.answer import answer_in_json, answer_in_text
from edge.stream.lines import Line

LABELS = {"negative", "neutral", "positive"}


@pytest.fixture(scope="module")
def sentiment(small_bundle):
    """Return the small bundle's model, which reads 32 tokens."""
    return edge.load(small_bundle, threads=1)


def in_json(model, row, top_k=None, number=1):
    return json.loads(answer_in_json(model, Line(number, json.dumps(row).encode()), top_k).content)


def in_text(model, line, top_k=None):
    return answer_in_text(model, Line(1, line.encode()), top_k).content.decode()


def test_answer_has_the_identity_the_line_and_the_predictions(sentiment):
    answer = in_json(sentiment, {"id": "a7", "text": "great movie"}, number=5)

    (best,) = sentiment("great movie")
    assert list(answer) == ["id", "line", "predictions"]
    assert answer == {"id": "a7", "line": 5, "predictions": [{"label": best.label, "score": best.score}]}


def test_answer_without_an_identity_has_none(sentiment):
    assert list(in_json(sentiment, "great movie")) == ["line", "predictions"]


def test_top_k_gives_more_predictions(sentiment):
    assert {each["label"] for each in in_json(sentiment, "great movie", top_k=3)["predictions"]} == LABELS


def test_bad_line_is_answered_with_its_identity_and_an_error(sentiment):
    assert in_json(sentiment, {"id": 7, "text": " "}) == {
        "id": 7,
        "line": 1,
        "error": "an empty text has nothing to predict; give one with words in it",
    }


def test_text_whose_end_is_not_read_is_marked(sentiment):
    long = Line(1, json.dumps("money " * 50).encode())

    assert json.loads(answer_in_json(sentiment, long).content)["truncated"] is True
    assert answer_in_json(sentiment, long).truncated
    assert not answer_in_json(sentiment, Line(1, b'"money"')).truncated


def test_embedding_has_its_shape_and_all_its_values(bundle_of):
    model = edge.load(bundle_of("feature-extraction"))

    answer = in_json(model, "great movie")

    np.testing.assert_array_equal(np.array(answer["values"], np.float32), model("great movie"))
    assert answer["shape"] == list(model("great movie").shape)


def test_answer_to_a_question_has_its_place(bundle_of):
    model = edge.load(bundle_of("question-answering"))
    context = "mary works at the bank in london"

    (found,) = in_json(model, {"text": "where", "text_pair": context})["predictions"]

    assert context[found["start"] : found["end"]] == found["label"]


def test_plain_answer_is_label_and_score(sentiment):
    label, score = in_text(sentiment, "great movie").removesuffix("\n").split("\t")

    assert label in LABELS
    assert 0 < float(score) < 1


def test_plain_answer_has_all_predictions_in_one_line(sentiment):
    words = in_text(sentiment, "great movie", top_k=3).removesuffix("\n").split("\t")

    assert set(words[::2]) == LABELS
    assert sum(map(float, words[1::2])) == pytest.approx(1, abs=1e-3)


def test_plain_answer_to_a_question_says_where_it_stands(bundle_of):
    model = edge.load(bundle_of("question-answering"))
    context = "mary works at the bank in london"

    label, _, place = in_text(model, f"where\t{context}").removesuffix("\n").split("\t")

    begin, end = map(int, place.split("-"))
    assert context[begin:end] == label


@pytest.mark.slow
def test_choices_are_ranked(bundle_of):
    model = edge.load(bundle_of("multiple-choice"))
    line = Line(1, json.dumps({"text": "pay", "choices": ["a", "b"]}).encode())

    assert len(json.loads(answer_in_json(model, line).content)["predictions"]) == 2
    assert len(in_text(model, "pay\tthe bill\tmy card").split("\t")) == 4


def test_plain_embedding_is_its_shape_and_first_numbers(bundle_of):
    model = edge.load(bundle_of("feature-extraction"))

    assert in_text(model, "great movie").startswith(f"feature-extraction {model('great movie').shape}: ")


def test_bad_plain_line_is_an_error_and_a_message(sentiment):
    assert in_text(sentiment, "") == "error\tan empty line; send a text\n"


ANY_LINE = st.binary() | st.text().map(lambda text: json.dumps({"id": text, "text": text}).encode())


@settings(max_examples=300)
@given(ANY_LINE.map(lambda content: content.replace(b"\n", b" ")))
@example(b'{"id": 1' + b"0" * 4000 + b', "text": "a"}')
@example('"\u2028\u2029\x85"'.encode())
@example(b'"\\u0000"')
@example(b'"\\u0000\\u0001"')
def test_any_line_has_one_answer(sentiment, content):
    answer = answer_in_json(sentiment, Line(3, content)).content.decode()
    plain = answer_in_text(sentiment, Line(3, content)).content.decode()

    document = json.loads(answer)
    assert document["line"] == 3
    assert ("predictions" in document) != ("error" in document)
    assert [text.count("\n") for text in (answer, plain)] == [1, 1]
    assert plain.endswith("\n")
    assert plain.split("\t")[0] in {"error", *LABELS}


@settings(max_examples=100)
@given(st.text(), st.text())
@example("where", "\u2028")
@example("\u0001", "\u0001")
def test_any_question_has_one_answer(bundle_of, question, context):
    model = edge.load(bundle_of("question-answering"), threads=1)

    document = in_json(model, {"text": question, "text_pair": context})

    assert ("predictions" in document) != ("error" in document)
