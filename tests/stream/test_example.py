"""From a line to the texts of an example, or to one line that says why not."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.samples import Sample, read_samples
from edge.stream.example import (
    decode_line,
    identity,
    parse_json,
    texts_of_plain_line,
    texts_of_row,
    texts_of_sample,
)
from edge.stream.lines import LONGEST_LINE, Line
from edge.tasks import TASKS

TASK = st.sampled_from(list(TASKS.values()))


def texts(content, task="text-classification"):
    """Return the texts in a line of JSON."""
    return texts_of_row(parse_json(decode_line(Line(1, content))), TASKS[task])


def refusal(content, task="text-classification"):
    with pytest.raises(InputError) as error:
        texts(content, task)
    return str(error.value)


def test_object_with_a_text():
    assert texts(b'{"text": "great movie"}') == ("great movie",)


def test_string():
    assert texts(b'"great \\u00e9t\\u00e9"') == ("great été",)


def test_pair():
    assert texts(b'{"text": "a", "text_pair": "b"}') == ("a", "b")


def test_question_and_context():
    assert texts(b'{"text": "who", "text_pair": "mary"}', "question-answering") == ("who", "mary")


def test_choices():
    assert texts(b'{"text": "a", "choices": ["b", "c"]}', "multiple-choice") == ("a", "b", "c")


def test_tokens_are_joined():
    assert texts(b'{"tokens": ["mary", "works"], "tags": ["B-PER", "O"]}', "token-classification") == ("mary works",)


def test_field_that_the_task_does_not_take_is_not_read():
    assert texts(b'{"text": "a", "text_pair": 3, "choices": 4, "label": []}', "fill-mask") == ("a",)


def test_null_counts_as_absent():
    assert texts(b'{"text": "a", "text_pair": null}') == ("a",)


def test_carriage_return_and_byte_order_mark_are_no_part_of_a_text():
    assert decode_line(Line(1, b"\xef\xbb\xbfgreat movie\r")) == "great movie"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, f"more than {LONGEST_LINE} bytes"),
        (b"", "an empty line"),
        (b" \r", "an empty line"),
        (b"\0", "a zero byte"),
        (b"a\xff", "not UTF-8 text (byte 1)"),
        (b"great movie", "not JSON (Expecting value at 0)"),
        (b'{"text": "a"', "not JSON"),
        (b'{"text": "a"} {"text": "b"}', "not JSON (Extra data at 14)"),
        (b"[" * 100_000, "not JSON"),
        (b'{"text": ' * 50_000, "not JSON"),
        (b'{"score": NaN}', "not JSON (NaN is no JSON value)"),
        (b'{"text": ' + b"1" * 5000 + b"}", "not JSON"),
        (b"3", "neither a JSON object nor a string"),
        (b"[]", "neither a JSON object nor a string"),
        (b"null", "neither a JSON object nor a string"),
        (b"{}", "needs a field 'text' (or 'tokens'), but has nothing"),
        (b'{"txt": "a"}', "needs a field 'text' (or 'tokens'), but has 'txt'"),
        (b'{"text": 3}', "'text' is not a text"),
        (b'{"text": "a", "text_pair": ["b"]}', "'text_pair' is not a text"),
        (b'{"text": "\\ud800"}', "half of a surrogate pair"),
        (b'{"tokens": []}', "'tokens' is not a list with something in it"),
        (b'{"tokens": ["a", 3]}', "token 2 is not a text"),
    ],
)
def test_bad_line_says_what_is_wrong(content, message):
    assert message in refusal(content)


def test_choices_are_needed_to_choose():
    assert "needs a field 'choices'" in refusal(b'{"text": "a"}', "multiple-choice")
    assert "'choices' is not a list" in refusal(b'{"text": "a", "choices": "b"}', "multiple-choice")


def test_identity_is_a_string_or_a_whole_number():
    assert identity({"id": "seven"}) == {"id": "seven"}
    assert identity({"id": 7}) == {"id": 7}
    assert identity({"text": "a"}) == {}


@pytest.mark.parametrize("name", [True, 1.5, float("inf"), [1], {"a": 1}, "\ud800"])
def test_what_would_not_come_back_as_it_was_is_no_identity(name):
    with pytest.raises(InputError, match="'id'"):
        identity({"id": name})


def test_plain_line_is_one_text():
    assert texts_of_plain_line("great\tmovie", TASKS["text-classification"]) == ("great\tmovie",)


def test_tabs_separate_the_texts_of_a_plain_line_where_several_are_needed():
    assert texts_of_plain_line("who\tmary\tor john", TASKS["question-answering"]) == ("who", "mary\tor john")
    assert texts_of_plain_line("a\tb\tc", TASKS["multiple-choice"]) == ("a", "b", "c")


@pytest.mark.parametrize("task", ["question-answering", "multiple-choice"])
def test_plain_line_without_its_tab_is_refused(task):
    with pytest.raises(InputError, match="with tabs between them"):
        texts_of_plain_line("who", TASKS[task])


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1)


@given(st.builds(Sample, WORDS, st.none() | WORDS, choices=st.tuples(WORDS, WORDS)), TASK)
def test_line_of_a_file_is_the_example_that_the_file_has(tmp_path_factory, sample, task):
    row = {"text": sample.text, "text_pair": sample.text_pair, "choices": sample.choices}
    file = tmp_path_factory.getbasetemp() / "one.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")

    (read,) = read_samples(file)

    assert texts_of_row(parse_json(file.read_text(encoding="utf-8")), task) == texts_of_sample(read, task)


@settings(max_examples=300)
@given(st.binary(), TASK, st.booleans())
@example(b"[" * 100_000, TASKS["fill-mask"], True)
@example(b'{"\\ud800": 1}', TASKS["fill-mask"], True)
@example(b'{"\\n": 1}', TASKS["fill-mask"], True)
@example(b'{"id": "\\ud800", "text": "a"}', TASKS["fill-mask"], True)
def test_any_bytes_are_an_example_or_one_line(content, task, as_json):
    reads_or_refuses_in_one_line(content, task, as_json)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["id", "text", "text_pair", "choices", "tokens", "\n"]), inner)
    ),
)


@settings(max_examples=300)
@given(json_values, TASK)
def test_any_json_is_an_example_or_one_line(document, task):
    reads_or_refuses_in_one_line(json.dumps(document).encode(), task, as_json=True)


def reads_or_refuses_in_one_line(content, task, as_json):
    refused = "nothing"
    try:
        text = decode_line(Line(1, content))
        if as_json:
            row = parse_json(text)
            json.dumps(identity(row), ensure_ascii=False).encode()
            found = texts_of_row(row, task)
        else:
            found = texts_of_plain_line(text, task)
        assert found
        assert all(isinstance(part, str) for part in found)
        "".join(found).encode()
    except InputError as error:
        refused = str(error)
    assert len(refused.splitlines()) == 1
    assert len(refused) < 500
