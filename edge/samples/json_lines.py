"""A .jsonl file: one JSON object a line, with the fields of a `Sample`."""

import json
import math
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.samples.sample import Sample, check_characters, shown
from edge.samples.text_file import read_text


def read_json_lines(path: Path) -> list[Sample]:
    """Read rows with ``text`` or ``tokens``, and any of ``text_pair``, ``label``, ``score``, ``tags``, ``choices``.

    Other fields are not read; a field that is null counts as absent.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is no such object.
    """
    samples = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            place = f"{path}, line {number}"
            samples.append(_sample(_json_object(line, place), place))
    return samples


def _json_object(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: not a JSON object; write one with a field 'text'")
    return {name: value for name, value in row.items() if value is not None}


def _sample(row: dict[str, Any], place: str) -> Sample:
    tokens, tags = _list(row, "tokens", place), _list(row, "tags", place)
    if tokens is not None and tags is not None and len(tokens) != len(tags):
        raise InputError(f"{place}: {len(tokens)} tokens, but {len(tags)} tags; give each token one tag")
    for index, tag in enumerate(tags or []):
        if not _is_label(tag):
            raise InputError(f"{place}: tag {index + 1} is neither a name nor an index")
    return Sample(
        text=_text(row, "text", place) if "text" in row or tokens is None else " ".join(_texts(tokens, "token", place)),
        text_pair=_pair(row, place),
        label=_label(row, place),
        score=_score(row, place),
        tokens=None if tokens is None else _texts(tokens, "token", place),
        tags=None if tags is None else tuple(tags),
        choices=_choices(row, place),
        place=place,
    )


def _text(row: dict[str, Any], name: str, place: str) -> str:
    text = row.get(name)
    if text is None:
        found = ", ".join(map(shown, row)) or "nothing"
        raise InputError(f"{place}: needs a field 'text' (or 'tokens'), but has {found}")
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{place}: needs a field '{name}' with a text in it")
    check_characters(text, place)
    return text


def _pair(row: dict[str, Any], place: str) -> str | None:
    pair = row.get("text_pair")
    if pair is None:
        return None
    if not isinstance(pair, str):
        raise InputError(f"{place}: 'text_pair' is not a text")
    check_characters(pair, place)
    return pair


def _label(row: dict[str, Any], place: str) -> str | int | None:
    label: str | int | None = row.get("label")
    if label is not None and not _is_label(label):
        raise InputError(f"{place}: 'label' is neither a name nor an index")
    return label


def _is_label(value: object) -> bool:
    # A bool is an int for Python, and no index for anybody.
    return isinstance(value, str | int) and not isinstance(value, bool)


def _score(row: dict[str, Any], place: str) -> float | None:
    score = row.get("score")
    if score is None:
        return None
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise InputError(f"{place}: 'score' is not a number")
    try:
        value = float(score)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise InputError(f"{place}: 'score' is not a finite number")
    return value


def _list(row: dict[str, Any], name: str, place: str) -> list[Any] | None:
    values = row.get(name)
    if values is None:
        return None
    if not isinstance(values, list) or not values:
        raise InputError(f"{place}: '{name}' is not a list with something in it")
    return values


def _texts(values: list[Any], kind: str, place: str) -> tuple[str, ...]:
    for index, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{place}: {kind} {index + 1} is not a text")
        check_characters(value, place)
    return tuple(values)


def _choices(row: dict[str, Any], place: str) -> tuple[str, ...] | None:
    values = _list(row, "choices", place)
    if values is None:
        return None
    if len(values) < 2:
        raise InputError(f"{place}: one choice is none; give 'choices' two texts or more")
    return _texts(values, "choice", place)
