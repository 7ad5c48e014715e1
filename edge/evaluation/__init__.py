"""A task's own metric on labelled data: each artifact beside the fp32 checkpoint."""

from edge.evaluation.document import Evaluation, EvaluationRow
from edge.evaluation.evaluation import evaluate

__all__ = ["Evaluation", "EvaluationRow", "evaluate"]
