"""CoNLL columns: a token and its tag a line, a blank line between sentences."""

from itertools import groupby
from pathlib import Path

from edge.errors import InputError
from edge.samples.sample import Sample
from edge.samples.text_file import read_text

# Marks where a document begins in the CoNLL 2003 files; no sentence.
DOCUMENT_START = "-DOCSTART-"


def read_conll(path: Path) -> list[Sample]:
    """Read sentences whose lines have the token in the first column and its tag in the last.

    A tab separates columns; a line without one has columns between any spaces.

    Raises
    ------
    InputError
        If the file cannot be read, or a line has one column only.
    """
    lines = list(enumerate(read_text(path).split("\n"), start=1))
    samples = []
    for filled, group in groupby(lines, key=lambda entry: bool(entry[1].strip())):
        sentence = list(group)
        if not filled or sentence[0][1].startswith(DOCUMENT_START):
            continue
        pairs = [_columns(line, f"{path}, line {number}") for number, line in sentence]
        tokens, tags = zip(*pairs, strict=True)
        samples.append(Sample(" ".join(tokens), tokens=tokens, tags=tags, place=f"{path}, line {sentence[0][0]}"))
    return samples


def _columns(line: str, place: str) -> tuple[str, str]:
    columns = [column.strip() for column in line.split("\t")] if "\t" in line else line.split()
    if len(columns) < 2 or not columns[0] or not columns[-1]:
        raise InputError(f"{place}: needs a token and a tag; write them with a tab between")
    return columns[0], columns[-1]
