"""The metrics, as data: one file each, one line here."""

from collections.abc import Sequence

from edge.evaluation.metrics.accuracy import ACCURACY
from edge.evaluation.metrics.answers import ANSWERS
from edge.evaluation.metrics.choices import CHOICES
from edge.evaluation.metrics.entities import ENTITIES
from edge.evaluation.metrics.masks import MASKS
from edge.evaluation.metrics.regression import REGRESSION
from edge.evaluation.metrics.similarity import SIMILARITY
from edge.evaluation.question import Metric

METRICS: dict[str, Metric] = {
    "text-classification": ACCURACY,
    "feature-extraction": SIMILARITY,
    "token-classification": ENTITIES,
    "question-answering": ANSWERS,
    "multiple-choice": CHOICES,
    "fill-mask": MASKS,
}


def metric_for(task: str, labels: Sequence[str]) -> Metric:
    """Return the metric of `task`; a classifier with a single label is a regression."""
    return REGRESSION if task == "text-classification" and len(labels) == 1 else METRICS[task]


__all__ = ["METRICS", "metric_for"]
