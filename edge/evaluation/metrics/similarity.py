"""feature-extraction: Spearman's correlation of two texts' cosine similarity with the score that people gave them.

A model without pooling gives a vector for each token; their mean, [CLS] and [SEP] included, stands for the text.
"""

from collections.abc import Sequence

import numpy as np

from edge.evaluation.correlation import rank_correlation
from edge.evaluation.question import Metric, Question, Setting, make_question
from edge.golden import Outputs
from edge.samples import Sample


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    assert sample.text_pair is not None
    texts = [(sample.text,), (sample.text_pair,)]
    return make_question(sample, texts, setting, sample.score, tokens=not setting.pooled)


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[float]:
    return [_cosine(*(next(iter(single.values())) for single in pair)) for pair in outputs]


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(np.float64), b.astype(np.float64)
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12))


def _score(questions: Sequence[Question], answers: Sequence[float]) -> dict[str, float]:
    return {"spearman": rank_correlation(answers, [question.expected for question in questions])}


SIMILARITY = Metric(
    name="spearman",
    summary="Spearman's correlation of cosine similarities",
    fields=("text_pair", "score"),
    reduction="mean",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=rank_correlation,
)
