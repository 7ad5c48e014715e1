"""Properties of the readers: what is written is read, and anything else is refused without a traceback."""

import contextlib
import csv
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.samples import READERS, Sample, read_samples

SEPARATE = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TEXTS = st.text().filter(str.strip)
# Letters and digits of any script: what neither spaces nor line ends are made of.
WORDS = st.text(st.characters(categories=["L", "N", "S"]), min_size=1)
LABELS = st.none() | TEXTS | st.integers()
SCORES = st.none() | st.floats(allow_nan=False, allow_infinity=False)


def write(path, content):
    path.write_text(content, encoding="utf-8", newline="")
    return path


@SEPARATE
@given(st.lists(st.builds(Sample, TEXTS, st.none() | st.text(), LABELS, SCORES), min_size=1))
def test_json_lines_round_trip(tmp_path, rows):
    lines = [json.dumps({name: getattr(row, name) for name in ("text", "text_pair", "label", "score")}) for row in rows]

    assert read_samples(write(tmp_path / "a.jsonl", "\n".join(lines))) == rows


@SEPARATE
@given(st.lists(st.lists(st.tuples(TEXTS, TEXTS | st.integers()), min_size=1), min_size=1))
def test_json_lines_of_tokens_round_trip(tmp_path, sentences):
    rows = [dict(zip(("tokens", "tags"), zip(*sentence, strict=True), strict=True)) for sentence in sentences]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)))

    assert [{"tokens": sample.tokens, "tags": sample.tags} for sample in read_samples(path)] == rows


@SEPARATE
@given(
    st.lists(
        st.builds(Sample, TEXTS.filter(lambda text: "\0" not in text), st.none() | WORDS, st.none() | WORDS, SCORES)
    )
)
def test_csv_round_trip(tmp_path, rows):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "text_pair", "label", "score"])
        writer.writerows([row.text, row.text_pair, row.label, row.score] for row in [*rows, Sample("last")])

    assert read_samples(path) == [*rows, Sample("last")]


@SEPARATE
@given(st.lists(st.lists(st.tuples(WORDS, WORDS), min_size=1), min_size=1), st.sampled_from(["\t", " "]))
def test_conll_round_trip(tmp_path, sentences, separator):
    blocks = ["\n".join(separator.join(pair) for pair in sentence) for sentence in sentences]
    samples = read_samples(write(tmp_path / "a.conll", "\n\n".join(blocks)))

    assert [list(zip(sample.tokens, sample.tags, strict=True)) for sample in samples] == sentences


@SEPARATE
@given(st.binary(), st.sampled_from(sorted(READERS)))
@example(b'{"text": 1' + b"1" * 5000 + b"}", ".jsonl")
@example(b'{"text": "a", "score": 1' + b"0" * 400 + b"}", ".jsonl")
@example(b"[" * 100_000, ".jsonl")
@example(b"[" * 100_000, ".json")
@example(b'{"text": "\\ud800"}', ".jsonl")
@example(b'{"\\ud800": 1}', ".jsonl")
@example(b'{"\\n": 1}', ".json")
@example(b"text\n" + b"a" * 200_000, ".csv")
@example(b"a\nb,c", ".csv")
@example(b'"a\nb"\nc', ".csv")
@example(b"text\n\0", ".tsv")
def test_garbage_is_read_or_refused_in_one_line(tmp_path, content, suffix):
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(content)

    try:
        assert all(sample.text.strip() for sample in read_samples(path))
    except InputError as error:
        refusal = str(error)
    else:
        refusal = "none"
    assert len(refusal.splitlines()) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["data", "paragraphs", "context", "qas", "question", "answers", "text", "tokens", "tags"]),
            inner,
        )
    ),
)


@SEPARATE
@given(json_values, st.sampled_from([".json", ".jsonl"]))
def test_any_json_is_read_or_refused(tmp_path, document, suffix):
    with contextlib.suppress(InputError):
        read_samples(write(tmp_path / f"a{suffix}", json.dumps(document)))
