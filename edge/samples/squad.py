"""SQuAD's .json, versions 1.1 and 2."""

import json
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.samples.sample import Sample, check_characters, shown
from edge.samples.text_file import read_text


def read_squad(path: Path) -> list[Sample]:
    """Read a row for each question: it is the text, its context the second text.

    A question that ``is_impossible`` (version 2) has no answers. One without ``answers`` can calibrate, not evaluate.

    Raises
    ------
    InputError
        If the file cannot be read, or is not in SQuAD's format.
    """
    content = read_text(path)
    if not content.strip():
        return []
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from error
    samples = []
    for article, article_place in _objects(document, "data", str(path), f"{path}, "):
        for paragraph, paragraph_place in _objects(article, "paragraphs", article_place, f"{article_place}."):
            context = _text(paragraph, "context", paragraph_place)
            for question, place in _objects(paragraph, "qas", paragraph_place, f"{paragraph_place}."):
                answers = _answers(question, place)
                samples.append(
                    Sample(_text(question, "question", place), text_pair=context, answers=answers, place=place)
                )
    return samples


def _objects(parent: Any, name: str, place: str, prefix: str) -> list[tuple[dict[str, Any], str]]:
    """Return the objects in the list `name` of `parent`, each with its place."""
    if not isinstance(parent, dict) or not isinstance(parent.get(name), list):
        found = ", ".join(map(shown, parent)) if isinstance(parent, dict) else type(parent).__name__
        raise InputError(f"{place}: needs a list '{name}' as SQuAD has it, but has {found or 'nothing'}")
    entries = []
    for index, entry in enumerate(parent[name]):
        if not isinstance(entry, dict):
            raise InputError(f"{prefix}{name}[{index}]: not a JSON object, which SQuAD has there")
        entries.append((entry, f"{prefix}{name}[{index}]"))
    return entries


def _text(parent: dict[str, Any], name: str, place: str) -> str:
    text = parent.get(name)
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{place}: needs a field '{name}' with a text in it")
    check_characters(text, place)
    return text


def _answers(question: dict[str, Any], place: str) -> tuple[str, ...] | None:
    if question.get("is_impossible") is True:
        return ()
    if "answers" not in question:
        return None
    return tuple(_text(answer, "text", where) for answer, where in _objects(question, "answers", place, f"{place}."))
