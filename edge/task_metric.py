"""The task's own metric of an encoder in PyTorch, on the rows of a calibration file that calibration did not see."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.checkpoint import Checkpoint
from edge.errors import InputError
from edge.evaluation.metrics import metric_for
from edge.evaluation.question import Metric, Question, Setting
from edge.evaluation.reductions import reduce_outputs
from edge.examples import Example, make_examples
from edge.golden import Outputs, select_positions
from edge.parity import measure_parity
from edge.samples import SEED, Sample
from edge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from edge.encoder import Encoder

# A search measures several times; more rows than these change little.
MOST_ROWS = 500


@dataclass(frozen=True)
class TaskMetric:
    """Rows, and how they are judged.

    Attributes
    ----------
    name
        Of the metric, or ``agreement with fp32`` where the rows have no labels.
    questions
        One for each row; empty without labels.
    examples
        What the model is run on.
    """

    name: str
    metric: Metric | None
    questions: tuple[Question, ...]
    examples: tuple[Example, ...]
    checkpoint: Checkpoint

    def measure(self, encoder: "Encoder", reference: Sequence[Outputs]) -> float:
        """Return the metric of `encoder`, at most 1; `reference` are the fp32 outputs of `examples`."""
        return self.score(run(encoder, self.examples), reference)

    def score(self, outputs: Sequence[Outputs], reference: Sequence[Outputs]) -> float:
        """Return the metric of outputs of `examples`."""
        if self.metric is None:
            parity = measure_parity(reference, outputs, self.checkpoint.task)
            return parity["rank"] if "rank" in parity else parity["top1"]
        reduced = iter([reduce_outputs(row, self.metric.reduction) for row in outputs])
        grouped = [[next(reduced) for _ in question.examples] for question in self.questions]
        answers = self.metric.answer(self.questions, grouped)
        return self.metric.score(self.questions, answers)[self.metric.name]


def task_metric(
    checkpoint: Checkpoint, samples: Sequence[Sample], calibration: Sequence[Sample], tokenizer: Tokenizer, length: int
) -> TaskMetric:
    """Return how to judge an encoder on the rows of `samples` that are not in `calibration`.

    Raises
    ------
    InputError
        If a row has a label that the model does not have, or only some rows have labels.
    """
    seen = {sample.text for sample in calibration}
    rows = [sample for sample in samples if sample.text not in seen]
    if len(rows) > MOST_ROWS:
        rows = random.Random(SEED).sample(rows, MOST_ROWS)
    metric = metric_for(checkpoint.task.name, checkpoint.labels)
    pooled = checkpoint.pooling is not None
    # fill-mask needs no label but the text itself.
    unlabelled = [row for row in rows if any(getattr(row, name) is None for name in metric.fields)]
    if unlabelled and len(unlabelled) < len(rows):
        missing = next(name for name in metric.fields if getattr(unlabelled[0], name) is None)
        raise InputError(f"{unlabelled[0].place}: has no {missing}, but other rows have; give all rows one or none")
    if not unlabelled:
        setting = Setting(tokenizer, length, checkpoint.labels, pooled)
        questions = tuple(metric.ask(row, number, setting) for number, row in enumerate(rows))
        examples = tuple(example for question in questions for example in question.examples)
        return TaskMetric(metric.name, metric, questions, examples, checkpoint)
    examples = tuple(make_examples(rows, checkpoint.task, pooled, tokenizer, length))
    return TaskMetric("agreement with fp32", None, (), examples, checkpoint)


def run(encoder: "Encoder", examples: Sequence[Example]) -> list[Outputs]:
    """Run examples without padding; return float32 outputs by name at the examples' positions."""
    from quantize.calibration import run_examples

    return [
        select_positions(
            {name: value.numpy() for name, value in zip(encoder.output_names, values, strict=True)}, example.positions
        )
        for values, example in zip(run_examples(encoder, examples), examples, strict=True)
    ]
