"""Texts to verify with: the bundled sample, or the user's own file."""

import json
import random
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from edge.errors import InputError

VERIFICATION_ROWS = 64

# Draws the same rows each time, so that the same inputs give the same bundle.
SEED = 0


@dataclass(frozen=True)
class Sample:
    """One text, or a pair of texts."""

    text: str
    text_pair: str | None = None


def bundled_samples() -> list[Sample]:
    """Return the samples that the package carries; edge/samples/ATTRIBUTION.md names their sources."""
    text = (resources.files("edge.samples") / "texts.jsonl").read_text(encoding="utf-8")
    return [Sample(json.loads(line)["text"]) for line in text.split("\n") if line]


def read_samples(path: Path) -> list[Sample]:
    """Read samples from a .txt file (one text a line) or .jsonl file (fields ``text`` and optionally ``text_pair``).

    Raises
    ------
    InputError
        If the file is missing, of another kind, empty, or has a line that is not such an object.
    """
    readers = {".txt": _read_lines, ".jsonl": _read_json_lines}
    if path.suffix not in readers:
        raise InputError(f"{path}: samples are read from .txt (one text a line) or .jsonl (field 'text')")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        # Not splitlines: a text may hold characters such as U+2028.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    samples = readers[path.suffix](path, lines)
    if not samples:
        raise InputError(f"{path}: holds no text")
    return samples


def verification_samples(samples: list[Sample], count: int = VERIFICATION_ROWS) -> list[Sample]:
    """Draw the rows that artifacts are verified with.

    Raises
    ------
    InputError
        If there are fewer than `count` different texts.
    """
    different = list(dict.fromkeys(samples))
    if len(different) < count:
        raise InputError(f"verification needs {count} different texts, but only {len(different)} were given; add more")
    return random.Random(SEED).sample(different, count)


def _read_lines(path: Path, lines: list[str]) -> list[Sample]:
    return [Sample(line.strip()) for line in lines if line.strip()]


def _read_json_lines(path: Path, lines: list[str]) -> list[Sample]:
    samples = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
            raise InputError(f"{path}, line {number}: needs a field 'text' with a text in it")
        pair = row.get("text_pair")
        if pair is not None and not isinstance(pair, str):
            raise InputError(f"{path}, line {number}: 'text_pair' is not a text")
        if not _is_unicode(row["text"] + (pair or "")):
            raise InputError(f"{path}, line {number}: half of a surrogate pair, which is no character")
        samples.append(Sample(row["text"], pair))
    return samples


def _is_unicode(text: str) -> bool:
    """Whether `text` can be encoded: JSON can escape halves of surrogate pairs, which no tokenizer takes."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
