"""text-classification with a single label: Spearman's correlation of its value with the scores."""

from collections.abc import Sequence

from edge.evaluation.correlation import rank_correlation
from edge.evaluation.question import Metric, Question, Setting, make_question
from edge.golden import Outputs
from edge.samples import Sample


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    texts = (sample.text,) if sample.text_pair is None else (sample.text, sample.text_pair)
    return make_question(sample, [texts], setting, sample.score)


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[float]:
    return [float(single["logits"].reshape(())) for (single,) in outputs]


def _score(questions: Sequence[Question], answers: Sequence[float]) -> dict[str, float]:
    return {"spearman": rank_correlation(answers, [question.expected for question in questions])}


REGRESSION = Metric(
    name="spearman",
    summary="Spearman's correlation",
    fields=("score",),
    reduction="whole",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=rank_correlation,
)
