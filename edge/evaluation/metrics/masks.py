"""fill-mask: the share of masked tokens that the model puts first.

Of each text 15% of the tokens are masked, all at once and at least one, drawn by a fixed seed.
"""

import random
from collections.abc import Sequence
from itertools import chain

from edge.errors import InputError
from edge.evaluation.correlation import share_equal
from edge.evaluation.question import Metric, Question, Setting
from edge.examples import Example
from edge.golden import Outputs
from edge.samples import Sample

MASKED_SHARE = 0.15


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    encoding = setting.tokenizer.encode((sample.text,), setting.length)
    mask = setting.tokenizer.special_ids["mask"]
    ids = list(encoding.input_ids)
    candidates = [index for index, special in enumerate(encoding.special) if not special and ids[index] != mask]
    count = min(len(candidates), max(1, round(MASKED_SHARE * len(candidates))))
    masked = tuple(sorted(random.Random(number).sample(candidates, count)))
    if not masked:
        # Nothing to find: the text has no token, or only masks.
        return Question(sample, (), (), ())
    expected = tuple(ids[index] for index in masked)
    for index in masked:
        ids[index] = mask
    example = Example((sample.text,), tuple(ids), encoding.token_type_ids, masked)
    return Question(sample, (encoding,), (example,), expected)


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[tuple[int, ...]]:
    return [tuple(int(token) for single in row for token in single["logits"]) for row in outputs]


def _score(questions: Sequence[Question], answers: Sequence[tuple[int, ...]]) -> dict[str, float]:
    expected = [question.expected for question in questions]
    if not any(expected):
        raise InputError(f"{questions[0].sample.place}: no row has a token to mask; add rows with words in them")
    return {"accuracy": _agreement(answers, expected)}


def _agreement(answers: Sequence[tuple[int, ...]], others: Sequence[tuple[int, ...]]) -> float:
    return share_equal(list(chain.from_iterable(answers)), list(chain.from_iterable(others)))


MASKS = Metric(
    name="accuracy",
    summary="top-1 accuracy on 15% masked tokens",
    fields=("text",),
    reduction="best",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=_agreement,
)
