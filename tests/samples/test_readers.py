"""Each format of data, read into the same rows."""

import json

import pytest

from edge.samples import Sample, read_samples


def write(path, content):
    path.write_text(content, encoding="utf-8", newline="")
    return path


def test_text_file_has_one_text_a_line(tmp_path):
    path = write(tmp_path / "texts.txt", "pay my bill\n\n  play music \r\nçüé 你好")

    assert read_samples(path) == [Sample("pay my bill"), Sample("play music"), Sample("çüé 你好")]


def test_byte_order_mark_is_no_text(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_bytes(b"\xef\xbb\xbfpay my bill\n")

    assert read_samples(path) == [Sample("pay my bill")]


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0c", "\x1e"])
def test_unusual_line_separators_stay_inside_of_a_text(tmp_path, separator):
    text = f"pay{separator}my bill"

    assert read_samples(write(tmp_path / "a.txt", text)) == [Sample(text)]
    assert read_samples(write(tmp_path / "a.csv", f"text\n{text}\n")) == [Sample(text)]
    if separator >= " ":
        row = json.dumps({"text": text}, ensure_ascii=False)
        assert read_samples(write(tmp_path / "a.jsonl", row)) == [Sample(text)]


@pytest.mark.parametrize(
    ("row", "sample"),
    [
        ({"text": "a b"}, Sample("a b")),
        ({"text": "a b", "label": "yes"}, Sample("a b", label="yes")),
        ({"text": "a b", "label": 3, "source": "x"}, Sample("a b", label=3)),
        ({"text": "a", "text_pair": "b", "score": 4}, Sample("a", "b", score=4.0)),
        ({"text": "a", "text_pair": None}, Sample("a")),
        ({"text": "a", "choices": ["b", "c"], "label": 1}, Sample("a", choices=("b", "c"), label=1)),
        ({"tokens": ["a", "b"], "tags": ["O", 2]}, Sample("a b", tokens=("a", "b"), tags=("O", 2))),
        ({"tokens": ["a", "b"]}, Sample("a b", tokens=("a", "b"))),
    ],
)
def test_json_lines_have_the_fields_of_their_task(tmp_path, row, sample):
    assert read_samples(write(tmp_path / "a.jsonl", json.dumps(row) + "\n\n")) == [sample]


def test_escaped_surrogate_pair_is_a_character(tmp_path):
    assert read_samples(write(tmp_path / "a.jsonl", '{"text": "\\ud83d\\ude00"}')) == [Sample("\U0001f600")]


def test_csv_columns_are_named_as_the_fields_of_json_lines(tmp_path):
    path = write(tmp_path / "a.csv", 'id,text,label,score\r\n1,"a, ""b""\nc",yes,\r\n\r\n2,d,,0.5\r\n')

    assert read_samples(path) == [Sample('a, "b"\nc', label="yes"), Sample("d", score=0.5)]


def test_tsv_takes_quotes_as_they_are(tmp_path):
    path = write(tmp_path / "a.tsv", 'text\ttext_pair\n"a\tb "c"\n')

    assert read_samples(path) == [Sample('"a', 'b "c"')]


@pytest.mark.parametrize("suffix", [".conll", ".bio", ".annotated", ".CONLL"])
@pytest.mark.parametrize("separator", ["\t", " "])
def test_conll_has_a_token_and_its_tag_a_line(tmp_path, suffix, separator):
    lines = ["mary B-person", "works O", "\t ", "in NN O", "", "", "paris B-location"]
    path = write(tmp_path / f"a{suffix}", "\r\n".join(line.replace(" ", separator) for line in lines))

    assert read_samples(path) == [
        Sample("mary works", tokens=("mary", "works"), tags=("B-person", "O")),
        Sample("in", tokens=("in",), tags=("O",)),
        Sample("paris", tokens=("paris",), tags=("B-location",)),
    ]


def test_conll_marks_of_documents_are_no_sentences(tmp_path):
    path = write(tmp_path / "a.conll", "-DOCSTART- -X- -X- O\n\nmary NNP I-NP B-PER\n")

    assert read_samples(path) == [Sample("mary", tokens=("mary",), tags=("B-PER",))]


def test_squad_has_a_row_for_each_question(tmp_path):
    answers = [{"text": "paris", "answer_start": 0}, {"text": "the city", "answer_start": 9}]
    questions = [
        {"id": "1", "question": "where?", "answers": answers},
        {"id": "2", "question": "why?", "answers": [], "is_impossible": True, "plausible_answers": answers},
        {"id": "3", "question": "when?"},
    ]
    document = {"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": "c d", "qas": questions}]}]}

    assert read_samples(write(tmp_path / "dev.json", json.dumps(document))) == [
        Sample("where?", "c d", answers=("paris", "the city")),
        Sample("why?", "c d", answers=()),
        Sample("when?", "c d"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.txt", "\n\na", "line 3"),
        ("a.jsonl", '\n{"text": "a"}', "line 2"),
        ("a.csv", 'other,text\n"1\n2",a\n3,b\n', "line 2"),
        ("a.conll", "\na\tO\nb\tO\n", "line 2"),
        (
            "a.json",
            '{"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "q"}]}]}]}',
            "paragraphs[0].qas[0]",
        ),
    ],
)
def test_rows_know_where_they_come_from(tmp_path, name, content, place):
    path = write(tmp_path / name, content)

    first = read_samples(path)[0].place
    assert str(path) in first
    assert place in first
