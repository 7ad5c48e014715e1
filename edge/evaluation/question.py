"""What a metric is: how a row becomes examples, outputs become an answer, and answers become a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from edge.examples import Example
from edge.golden import Outputs
from edge.samples import Sample
from edge.tokenizer import Encoding, Tokenizer


@dataclass(frozen=True)
class Setting:
    """What is the same for all rows of one length.

    Attributes
    ----------
    length
        Tokens that an example may have.
    pooled
        Whether feature-extraction gives one vector for a text, instead of one for each token.
    """

    tokenizer: Tokenizer
    length: int
    labels: tuple[str, ...]
    pooled: bool


@dataclass(frozen=True)
class Question:
    """A row as the model is asked.

    Attributes
    ----------
    encodings, examples
        One for each run that the answer needs.
    expected
        The right answer, in the form that the metric compares.
    """

    sample: Sample
    encodings: tuple[Encoding, ...]
    examples: tuple[Example, ...]
    expected: Any


@dataclass(frozen=True)
class Metric:
    """One task's metric.

    Attributes
    ----------
    name
        In results: ``accuracy``, ``f1``, ``spearman``.
    summary
        The same with what it is exactly, for tables.
    fields
        Fields of a `Sample` that each row needs.
    reduction
        What is kept of an example's outputs, a name in `edge.evaluation.reductions.REDUCTIONS`.
    ask
        Maps a row and its number (a seed) to a question.
    answer
        Maps all questions, and for each the outputs of its examples, to their answers.
    score
        Maps questions and answers to numbers by name; `name` is one of them.
    agreement
        Compares the answers of an artifact with those of the reference.
    packages
        What `score` needs beside the base install, in the extra ``eval``.
    """

    name: str
    summary: str
    fields: tuple[str, ...]
    reduction: str
    ask: Callable[[Sample, int, Setting], Question]
    answer: Callable[[Sequence[Question], Sequence[Sequence[Outputs]]], list[Any]]
    score: Callable[[Sequence[Question], Sequence[Any]], dict[str, float]]
    agreement: Callable[[Sequence[Any], Sequence[Any]], float]
    packages: tuple[str, ...] = ()


def make_question(
    sample: Sample, texts: Sequence[tuple[str, ...]], setting: Setting, expected: Any, tokens: bool = False
) -> Question:
    """Return a question with one example for each of `texts`, cut to the length.

    Parameters
    ----------
    tokens
        Whether the outputs of all tokens count, instead of one output for the whole text.
    """
    encodings = tuple(setting.tokenizer.encode(pair, setting.length) for pair in texts)
    examples = tuple(
        Example(
            pair, encoding.input_ids, encoding.token_type_ids, tuple(range(len(encoding.input_ids))) if tokens else None
        )
        for pair, encoding in zip(texts, encodings, strict=True)
    )
    return Question(sample, encodings, examples, expected)
