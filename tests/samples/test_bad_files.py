"""What is wrong with a file of data, where, and what to do, in one line."""

import json

import pytest

from edge.errors import InputError
from edge.samples import read_samples


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


def test_files_that_cannot_be_read(tmp_path):
    assert "no such file" in refusal(tmp_path / "missing.txt")
    assert "no such file" in refusal(tmp_path / "nul\0.txt")
    assert "no such file" in refusal(tmp_path / f"{'long' * 100}.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "a folder; pass a file" in refusal(tmp_path / "folder.txt")
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    assert "not UTF-8 text (byte 3); save it as UTF-8" in refusal(tmp_path / "latin.txt")


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv", ".tsv", ".conll", ".json"])
def test_empty_files(tmp_path, suffix):
    assert "holds no text" in refusal(write(tmp_path / f"empty{suffix}", ""))
    assert "holds no text" in refusal(write(tmp_path / f"blank{suffix}", "\n \n"))


def test_header_without_rows(tmp_path):
    assert "holds no text" in refusal(write(tmp_path / "a.csv", "text,label\n"))


@pytest.mark.parametrize("name", ["a.docx", "a", "a.parquet"])
def test_unknown_suffix_names_those_that_work(tmp_path, name):
    message = refusal(write(tmp_path / name, "a"))

    assert all(suffix in message for suffix in (".txt", ".jsonl", ".csv", ".tsv", ".conll", ".json"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ('["text"]', "not a JSON object"),
        ('{"sentence": "a"}', "needs a field 'text' (or 'tokens'), but has 'sentence'"),
        ("{}", "but has nothing"),
        ('{"text": 3}', "needs a field 'text' with a text in it"),
        ('{"text": " "}', "needs a field 'text' with a text in it"),
        ('{"text": "a", "text_pair": 3}', "'text_pair' is not a text"),
        ('{"text": "\\ud83d"}', "half of a surrogate pair"),
        ('{"text": "a", "label": [1]}', "'label' is neither a name nor an index"),
        ('{"text": "a", "label": true}', "'label' is neither a name nor an index"),
        ('{"text": "a", "score": "high"}', "'score' is not a number"),
        ('{"text": "a", "score": NaN}', "'score' is not a finite number"),
        ('{"text": "a", "choices": "b"}', "'choices' is not a list"),
        ('{"text": "a", "choices": ["b"]}', "one choice is none"),
        ('{"text": "a", "choices": ["b", 1]}', "choice 2 is not a text"),
        ('{"tokens": ["a", ""], "tags": ["O", "O"]}', "token 2 is not a text"),
        ('{"tokens": ["a", "b"], "tags": ["O"]}', "2 tokens, but 1 tags"),
        ('{"tokens": ["a"], "tags": [null]}', "tag 1 is neither a name nor an index"),
    ],
)
def test_json_line(tmp_path, line, reason):
    message = refusal(write(tmp_path / "a.jsonl", f'{{"text": "good"}}\n{line}\n'))

    assert "line 2: " in message
    assert reason in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("sentence,label\na,b\n", "line 1: no column 'text' among 'sentence', 'label'"),
        ("text,text\na,b\n", "line 1: two columns are called 'text'"),
        ("text,label\na,b\na,b,c\n", "line 3: 3 cells, but the header has 2; quote"),
        ('text\n"a\n', "line 2: not a table"),
        ('text\n"a"b\n', "line 2: not a table"),
        ("text,label\n,b\n", "line 2: 'text' is empty"),
        ("text,score\na,high\n", "line 2: the score 'high' is not a finite number"),
        ("text,score\na,nan\n", "line 2: the score 'nan' is not a finite number"),
    ],
)
def test_table(tmp_path, content, reason):
    assert reason in refusal(write(tmp_path / "a.csv", content))


@pytest.mark.parametrize("line", ["token", "token\t", "\tO", "token\t "])
def test_conll_line(tmp_path, line):
    assert "line 2: needs a token and a tag" in refusal(write(tmp_path / "a.conll", f"a\tO\n{line}\n"))


def squad(question):
    return {"data": [{"paragraphs": [{"context": "c", "qas": [question]}]}]}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "needs a list 'data' as SQuAD has it, but has list"),
        ({"questions": []}, "needs a list 'data' as SQuAD has it, but has 'questions'"),
        ({"data": [{"title": "t"}]}, "data[0]: needs a list 'paragraphs' as SQuAD has it, but has 'title'"),
        ({"data": [3]}, "data[0]: not a JSON object"),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, "data[0].paragraphs[0]: needs a field 'context'"),
        (squad({"answers": []}), "data[0].paragraphs[0].qas[0]: needs a field 'question'"),
        (squad({"question": "q", "answers": ["a"]}), "qas[0].answers[0]: not a JSON object"),
        (squad({"question": "q", "answers": [{"text": 1}]}), "qas[0].answers[0]: needs a field 'text'"),
    ],
)
def test_squad(tmp_path, document, reason):
    assert reason in refusal(write(tmp_path / "a.json", json.dumps(document)))


def test_json_that_is_none(tmp_path):
    assert "not JSON" in refusal(write(tmp_path / "a.json", '{"data": '))
