"""One row of calibration or evaluation data, whatever file it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from edge.errors import InputError

_SHOWN_CHARACTERS = 30


@dataclass(frozen=True)
class Sample:
    """One row.

    Attributes
    ----------
    text
        The text, or the question of question-answering; of tokens, the tokens joined by spaces.
    text_pair
        The second text of a pair, or the context of question-answering.
    label
        Name of the label (of the choice, for multiple-choice) or its index.
    score
        Similarity of the two texts, or the value of a regression; finite.
    tokens, tags
        Words and the tag (name or index) of each; equally many.
    choices
        Texts to choose from.
    answers
        Every answer that counts as right; empty where the context has none.
    place
        File and line, for error messages; no part of a comparison.
    """

    text: str
    text_pair: str | None = None
    label: str | int | None = None
    score: float | None = None
    tokens: tuple[str, ...] | None = None
    tags: tuple[str | int, ...] | None = None
    choices: tuple[str, ...] | None = None
    answers: tuple[str, ...] | None = None
    place: str = field(default="", compare=False)


def given_fields(samples: Sequence[Sample]) -> list[str]:
    """Return the names of the fields that any row has."""
    names = [entry.name for entry in fields(Sample) if entry.name != "place"]
    return [name for name in names if any(getattr(sample, name) is not None for sample in samples)]


def shown(text: str) -> str:
    """Return the begin of a file's `text` in quotes, for a message of one line."""
    return repr(text[:_SHOWN_CHARACTERS])


def check_characters(text: str, place: str) -> None:
    """Raise InputError if `text` holds half of a surrogate pair: JSON can escape one, and no tokenizer takes it."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(f"{place}: half of a surrogate pair, which is no character; write the whole character")
