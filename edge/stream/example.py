"""From a line of a stream to the texts of one example."""

import json
from collections.abc import Mapping
from typing import Any

from edge.errors import InputError
from edge.samples import Sample
from edge.samples.sample import check_characters, shown
from edge.stream.lines import LONGEST_LINE, Line
from edge.tasks import Task

BYTE_ORDER_MARK = "\ufeff"


def decode_line(line: Line) -> str:
    """Return the characters of a line, without spaces around them.

    Raises
    ------
    InputError
        If the line is too long, empty or no UTF-8 text.
    """
    if line.content is None:
        raise InputError(f"more than {LONGEST_LINE} bytes; send a shorter line")
    if b"\0" in line.content:
        raise InputError("has a zero byte, so it is no text; send UTF-8")
    try:
        text = line.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text (byte {error.start}); send UTF-8") from error
    if line.number == 1:
        text = text.removeprefix(BYTE_ORDER_MARK)
    text = text.strip()
    if not text:
        raise InputError("an empty line; send a text")
    return text


def parse_json(text: str) -> dict[str, Any]:
    """Return the fields of a JSON object; a JSON string is an object with that ``text``.

    A field that is null counts as absent.

    Raises
    ------
    InputError
        If `text` is neither.
    """
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        # Of a JSON error not its text: it counts lines of its own.
        reason = f"{error.msg} at {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise InputError(f"not JSON ({reason}); send an object with a field 'text', or a string") from error
    if isinstance(row, str):
        row = {"text": row}
    if not isinstance(row, dict):
        raise InputError("neither a JSON object nor a string; send an object with a field 'text'")
    return {name: value for name, value in row.items() if value is not None}


def identity(row: Mapping[str, Any]) -> dict[str, str | int]:
    """Return the row's ``id`` as a field of its answer; no field if it has none.

    Raises
    ------
    InputError
        If it is neither a string nor a whole number, which come back as they went in.
    """
    if "id" not in row:
        return {}
    name = row["id"]
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise InputError("'id' is neither a string nor a whole number")
    if isinstance(name, str):
        check_characters(name, "'id'")
    return {"id": name}


def texts_of_row(row: Mapping[str, Any], task: Task) -> tuple[str, ...]:
    """Return the texts of a row as `edge.model.Model` takes them, from the fields of a .jsonl file's rows.

    Those are ``text``, or ``tokens``, and ``text_pair`` or ``choices``; what the task does not take is not read.

    Raises
    ------
    InputError
        If a field is missing or is no text.
    """
    tokens = row.get("tokens")
    if "text" in row:
        text = _text(row["text"], "'text'")
    elif tokens is not None:
        text = " ".join(_texts(tokens, "tokens", "token"))
    else:
        found = ", ".join(map(shown, row)) or "nothing"
        raise InputError(f"needs a field 'text' (or 'tokens'), but has {found}")
    if task.name == "multiple-choice":
        choices = row.get("choices")
        if choices is None:
            raise InputError("multiple-choice needs a field 'choices' with two texts or more")
        return (text, *_texts(choices, "choices", "choice"))
    if task.segments == 2 and "text_pair" in row:
        return (text, _text(row["text_pair"], "'text_pair'"))
    return (text,)


def texts_of_plain_line(text: str, task: Task) -> tuple[str, ...]:
    """Return the texts of a line that is not JSON: the whole line is one text.

    Only where a task needs more than one text does a tab end each: the question before its context, and the text
    before its choices.

    Raises
    ------
    InputError
        If there is no such tab.
    """
    if task.name not in ("question-answering", "multiple-choice"):
        return (text,)
    texts = tuple(text.split("\t", maxsplit=1 if task.name == "question-answering" else -1))
    if len(texts) == 1:
        wanted = "a question and a context" if task.name == "question-answering" else "a text and its choices"
        raise InputError(f"{task.name} needs {wanted}; send them in one line, with tabs between them")
    return texts


def texts_of_sample(sample: Sample, task: Task) -> tuple[str, ...]:
    """Return the texts of a row of a file as `edge.model.Model` takes them."""
    more = sample.choices if task.name == "multiple-choice" else (sample.text_pair,)
    pair = more if task.segments == 2 else ()
    return (sample.text, *(text for text in pair or () if text is not None))


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name} is not a text")
    check_characters(value, name)
    return value


def _texts(values: Any, name: str, kind: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not values:
        raise InputError(f"'{name}' is not a list with something in it")
    return tuple(_text(value, f"{kind} {index}") for index, value in enumerate(values, start=1))


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity, which JSON has not.
    raise ValueError(f"{name} is no JSON value")
