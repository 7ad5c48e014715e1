"""token-classification: F1 of whole entities, by seqeval's default rules.

A token's tag is predicted on its first piece; a token that is cut off, or has no piece, counts as O.
"""

import warnings
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from edge.evaluation.correlation import share_equal
from edge.evaluation.labels import find_label
from edge.evaluation.question import Metric, Question, Setting
from edge.examples import Example
from edge.golden import Outputs
from edge.samples import Sample
from edge.tokenizer import Encoding

OUTSIDE = "O"

# The tag of each token of a row; None where the model was not asked.
Tags = tuple[str | None, ...]


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    assert sample.tokens is not None
    assert sample.tags is not None
    expected = tuple(setting.labels[find_label(tag, setting.labels, sample.place)] for tag in sample.tags)
    # The text as an app would have it; not `sample.text`, which may have other spaces.
    text = " ".join(sample.tokens)
    encoding = setting.tokenizer.encode((text,), setting.length)
    pieces = [piece for piece in first_pieces(encoding, sample.tokens) if piece is not None]
    example = Example((text,), encoding.input_ids, encoding.token_type_ids, tuple(pieces))
    # With each tag the model's name of it: outputs are indices.
    return Question(sample, (encoding,), (example,), (expected, setting.labels))


def first_pieces(encoding: Encoding, tokens: Sequence[str]) -> list[int | None]:
    """Return the position of the first piece of each token in the encoding of the tokens joined by spaces."""
    begins = [0, *accumulate(len(token) + 1 for token in tokens)]
    first: dict[int, int] = {}
    token = 0
    for position, (start, end) in enumerate(encoding.offsets):
        if encoding.special[position] or start == end:
            continue
        while start >= begins[token + 1]:
            token += 1
        first.setdefault(token, position)
    return [first.get(index) for index in range(len(tokens))]


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[Tags]:
    return [_tags(question, single["logits"]) for question, (single,) in zip(questions, outputs, strict=True)]


def _tags(question: Question, best: np.ndarray) -> Tags:
    labels = question.expected[1]
    found = iter(best)
    pieces = first_pieces(question.encodings[0], question.sample.tokens or ())
    return tuple(None if piece is None else labels[int(next(found))] for piece in pieces)


def _score(questions: Sequence[Question], answers: Sequence[Tags]) -> dict[str, float]:
    from seqeval.metrics import f1_score

    expected = [list(question.expected[0]) for question in questions]
    found = [[tag if tag is not None else OUTSIDE for tag in tags] for tags in answers]
    with warnings.catch_warnings():
        # On data without entities, and of labels that are not BIO.
        warnings.simplefilter("ignore")
        return {"f1": float(f1_score(expected, found))}


def _agreement(answers: Sequence[Tags], others: Sequence[Tags]) -> float:
    pairs = [pair for row, other in zip(answers, others, strict=True) for pair in zip(row, other, strict=True)]
    asked = [pair for pair in pairs if pair != (None, None)]
    return share_equal([tag for tag, _ in asked], [other for _, other in asked])


ENTITIES = Metric(
    name="f1",
    summary="F1 of entities (seqeval)",
    fields=("tokens", "tags"),
    reduction="best",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=_agreement,
    packages=("seqeval",),
)
