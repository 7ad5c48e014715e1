"""multiple-choice: the share of rows where the right choice has the highest score."""

from collections.abc import Sequence

from edge.evaluation.correlation import share_equal
from edge.evaluation.labels import find_label
from edge.evaluation.question import Metric, Question, Setting, make_question
from edge.golden import Outputs
from edge.samples import Sample


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    assert sample.choices is not None
    assert sample.label is not None
    texts = [(sample.text, choice) for choice in sample.choices]
    return make_question(sample, texts, setting, find_label(sample.label, sample.choices, sample.place))


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[int]:
    scores = [[float(single["logits"].reshape(())) for single in row] for row in outputs]
    return [max(range(len(row)), key=row.__getitem__) for row in scores]


def _score(questions: Sequence[Question], answers: Sequence[int]) -> dict[str, float]:
    return {"accuracy": share_equal(answers, [question.expected for question in questions])}


CHOICES = Metric(
    name="accuracy",
    summary="accuracy",
    fields=("choices", "label"),
    reduction="whole",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=share_equal,
)
