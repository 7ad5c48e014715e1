"""A .csv or .tsv file with a header."""

import csv
import io
import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from edge.errors import InputError
from edge.samples.sample import Sample, shown
from edge.samples.text_file import read_text

# Columns that are read; others may be there.
COLUMNS = ("text", "text_pair", "label", "score")


# 0 and 3 are csv.QUOTE_MINIMAL and csv.QUOTE_NONE.
def _read_table(path: Path, delimiter: str, quoting: Literal[0, 3]) -> list[Sample]:
    rows = _cells(path, delimiter, quoting)
    _, header = next(rows, (0, []))
    columns = [name.strip() for name in header]
    if not columns:
        return []
    if "text" not in columns:
        found = ", ".join(map(shown, columns))
        raise InputError(f"{path}, line 1: no column 'text' among {found}; the first line names the columns")
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise InputError(f"{path}, line 1: two columns are called '{name}'; rename one")
    samples = []
    for line, cells in rows:
        place = f"{path}, line {line}"
        if len(cells) != len(columns):
            raise InputError(
                f"{place}: {len(cells)} cells, but the header has {len(columns)}; quote a text that holds a comma"
                if delimiter == ","
                else f"{place}: {len(cells)} cells, but the header has {len(columns)}; put a tab between two cells"
            )
        samples.append(_sample(dict(zip(columns, cells, strict=True)), place))
    return samples


# Quotes mean nothing in .tsv: most such files have them in their texts, unescaped.
read_csv = partial(_read_table, delimiter=",", quoting=csv.QUOTE_MINIMAL)
read_tsv = partial(_read_table, delimiter="\t", quoting=csv.QUOTE_NONE)


def _cells(path: Path, delimiter: str, quoting: Literal[0, 3]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where each row that is not blank begins, and its cells."""
    # Lines end as the file has them: the csv module looks for the ends itself, and finds those inside of quotes.
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"{path}, line {line}: not a table ({error}); write quotes in a text twice") from error
        if any(cell.strip() for cell in cells):
            yield line, cells


def _sample(row: dict[str, str], place: str) -> Sample:
    if not row["text"].strip():
        raise InputError(f"{place}: 'text' is empty; fill it in or remove the line")
    return Sample(
        text=row["text"],
        text_pair=row.get("text_pair") or None,
        label=row.get("label", "").strip() or None,
        score=_score(row.get("score", "").strip(), place),
        place=place,
    )


def _score(cell: str, place: str) -> float | None:
    if not cell:
        return None
    try:
        score = float(cell)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InputError(f"{place}: the score {shown(cell)} is not a finite number")
    return score
