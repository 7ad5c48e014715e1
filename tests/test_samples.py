"""Texts to verify with: the bundled ones, or the user's own file."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.samples import Sample, bundled_samples, read_samples, verification_samples

SEPARATE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path, content):
    path.write_text(content, encoding="utf-8", newline="")
    return path


def refusal(path):
    """Return the one line with which `path` is refused."""
    with pytest.raises(InputError) as error:
        read_samples(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


def test_text_file_has_one_text_a_line(tmp_path):
    path = write(tmp_path / "texts.txt", "pay my bill\n\n  play music \r\nçüé 你好")

    assert read_samples(path) == [Sample("pay my bill"), Sample("play music"), Sample("çüé 你好")]


def test_byte_order_mark_is_no_text(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_bytes(b"\xef\xbb\xbfpay my bill\n")

    assert read_samples(path) == [Sample("pay my bill")]


def test_json_lines_have_one_or_two_texts(tmp_path):
    path = write(tmp_path / "texts.jsonl", '{"text": "a b"}\n\n{"text": "c", "text_pair": "d", "label": 3}\n')

    assert read_samples(path) == [Sample("a b"), Sample("c", "d")]


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0c", "\x1e"])
def test_unusual_line_separators_stay_inside_of_a_text(tmp_path, separator):
    text = f"pay{separator}my bill"

    assert read_samples(write(tmp_path / "a.txt", text)) == [Sample(text)]
    if separator >= " ":
        row = json.dumps({"text": text}, ensure_ascii=False)
        assert read_samples(write(tmp_path / "a.jsonl", row)) == [Sample(text)]


@SEPARATE
@given(st.lists(st.tuples(st.text().filter(str.strip), st.none() | st.text()), min_size=1))
def test_json_lines_round_trip(tmp_path, rows):
    lines = [json.dumps({"text": text, "text_pair": pair}) for text, pair in rows]

    assert read_samples(write(tmp_path / "a.jsonl", "\n".join(lines))) == [Sample(*row) for row in rows]


@SEPARATE
@given(st.binary(), st.sampled_from([".txt", ".jsonl"]))
@example(b'{"text": 1' + b"1" * 5000 + b"}", ".jsonl")
@example(b"[" * 100_000, ".jsonl")
@example(b'{"text": "\\ud800"}', ".jsonl")
def test_garbage_is_read_or_refused(tmp_path, content, suffix):
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(content)

    with contextlib.suppress(InputError):
        assert all(sample.text.strip() for sample in read_samples(path))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: not JSON"),
        ('["text"]', "line 2: needs a field 'text'"),
        ('{"sentence": "a"}', "line 2: needs a field 'text'"),
        ('{"text": 3}', "line 2: needs a field 'text'"),
        ('{"text": " "}', "line 2: needs a field 'text'"),
        ('{"text": "a", "text_pair": 3}', "line 2: 'text_pair' is not a text"),
        ('{"text": "\\ud83d"}', "line 2: half of a surrogate pair"),
    ],
)
def test_bad_json_line_is_named(tmp_path, line, reason):
    assert reason in refusal(write(tmp_path / "a.jsonl", f'{{"text": "good"}}\n{line}\n'))


def test_escaped_surrogate_pair_is_a_character(tmp_path):
    assert read_samples(write(tmp_path / "a.jsonl", '{"text": "\\ud83d\\ude00"}')) == [Sample("\U0001f600")]


def test_bad_files_are_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "missing.txt")
    assert "read from .txt" in refusal(write(tmp_path / "a.csv", "a"))
    assert "holds no text" in refusal(write(tmp_path / "a.txt", "\n \n"))
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    assert "not UTF-8 text (byte 3)" in refusal(tmp_path / "latin.txt")


def test_verification_takes_different_texts():
    samples = [Sample("same")] * 100 + [Sample(str(number)) for number in range(63)]

    assert sorted(sample.text for sample in verification_samples(samples)) == sorted(
        ["same", *(str(number) for number in range(63))]
    )


def test_too_few_texts_are_refused():
    with pytest.raises(InputError, match="needs 64 different texts, but only 2 were given"):
        verification_samples([Sample("a"), Sample("b"), Sample("a")] * 50)


def test_the_same_rows_each_time():
    assert verification_samples(bundled_samples()) == verification_samples(bundled_samples())


def test_bundled_samples_are_enough_and_of_mixed_length():
    lengths = [len(sample.text.split()) for sample in verification_samples(bundled_samples())]

    assert len(lengths) == 64
    assert min(lengths) < 8
    assert max(lengths) > 100
