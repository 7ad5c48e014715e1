"""text-classification: the share of rows with the right label."""

from collections.abc import Sequence

from edge.evaluation.correlation import share_equal
from edge.evaluation.labels import find_label
from edge.evaluation.question import Metric, Question, Setting, make_question
from edge.golden import Outputs
from edge.samples import Sample


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    assert sample.label is not None
    texts = (sample.text,) if sample.text_pair is None else (sample.text, sample.text_pair)
    return make_question(sample, [texts], setting, find_label(sample.label, setting.labels, sample.place))


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[int]:
    return [int(single["logits"]) for (single,) in outputs]


def _score(questions: Sequence[Question], answers: Sequence[int]) -> dict[str, float]:
    return {"accuracy": share_equal(answers, [question.expected for question in questions])}


ACCURACY = Metric(
    name="accuracy",
    summary="accuracy",
    fields=("label",),
    reduction="best",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=share_equal,
)
