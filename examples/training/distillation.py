"""Fine-tuning of a dense teacher, and distillation into a grouped student, on a few CPU cores."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from transformers import get_linear_schedule_with_warmup

IGNORED = -100  # transformers' label of positions without one
TEMPERATURE = 2.0


@dataclass(frozen=True)
class Row:
    """One example: token ids, and a label or one for each token (`IGNORED` where there is none)."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train."""

    epochs: int
    learning_rate: float
    batch_size: int = 32
    seed: int = 0


def batches(rows: Sequence[Row], size: int, order: random.Random) -> Iterator[dict[str, torch.Tensor]]:
    """Yield padded batches of rows of similar length, in random order."""
    shuffled = sorted(order.sample(rows, len(rows)), key=lambda row: len(row.ids))
    starts = list(range(0, len(rows), size))
    order.shuffle(starts)
    for start in starts:
        yield pad(shuffled[start : start + size])


def pad(rows: Sequence[Row]) -> dict[str, torch.Tensor]:
    """Return input_ids, attention_mask (B, T) and labels, (B,) or (B, T)."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        mask[index, : len(row.ids)] = 1
        labels[index, : len(row.labels)] = torch.tensor(row.labels)
    of_texts = all(len(row.labels) == 1 for row in rows)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels[:, 0] if of_texts else labels}


def train(
    model: torch.nn.Module,
    rows: Sequence[Row],
    schedule: Schedule,
    loss_of: Callable[[dict[str, torch.Tensor]], torch.Tensor],
    validate: Callable[[], float],
) -> None:
    """Train `model` in place; print the loss and the validation metric of each epoch."""
    torch.manual_seed(schedule.seed)
    order = random.Random(schedule.seed)
    # The words stay those of the dense model: tokens that the training texts lack keep their meaning.
    trained = [p for name, p in model.named_parameters() if "word_embeddings" not in name]
    optimizer = torch.optim.AdamW(trained, lr=schedule.learning_rate, weight_decay=0.01)
    steps = schedule.epochs * -(-len(rows) // schedule.batch_size)
    decay = get_linear_schedule_with_warmup(optimizer, steps // 20, steps)
    for epoch in range(schedule.epochs):
        model.train()
        begin, total, count = time.perf_counter(), 0.0, 0
        for batch in batches(rows, schedule.batch_size, order):
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            decay.step()
            total, count = total + loss.item(), count + 1
        model.eval()
        metric = validate()
        seconds = time.perf_counter() - begin
        print(f"epoch {epoch + 1:2}  loss {total / count:.4f}  validation {metric:.4f}  {seconds:.0f} s", flush=True)


def fine_tune(model: torch.nn.Module, rows: Sequence[Row], schedule: Schedule, validate: Callable[[], float]) -> None:
    """Train `model` on the labels alone."""
    train(model, rows, schedule, lambda batch: model(**batch).loss, validate)


def distill(
    student: torch.nn.Module,
    teacher: torch.nn.Module,
    rows: Sequence[Row],
    schedule: Schedule,
    validate: Callable[[], float],
) -> None:
    """Train `student` on the labels, on the teacher's logits and on the teacher's token vectors after each layer."""
    teacher.eval()

    def loss_of(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        with torch.no_grad():
            target = teacher(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], output_hidden_states=True
            )
        output = student(**batch, output_hidden_states=True)
        kept = batch["attention_mask"].bool()
        counted = batch["labels"] != IGNORED
        logits = F.kl_div(
            F.log_softmax(output.logits[counted] / TEMPERATURE, dim=-1),
            F.softmax(target.logits[counted] / TEMPERATURE, dim=-1),
            reduction="batchmean",
        )
        vectors = sum(
            # Relative to the teacher's energy, so that each layer counts the same.
            F.mse_loss(mine[kept], theirs[kept]) / theirs[kept].pow(2).mean()
            for mine, theirs in zip(output.hidden_states[1:], target.hidden_states[1:], strict=True)
        )
        return output.loss + TEMPERATURE**2 * logits + vectors

    train(student, rows, schedule, loss_of, validate)


@torch.inference_mode()
def predict(model: torch.nn.Module, rows: Sequence[Row]) -> list[list[int]]:
    """Return the best label of each labelled position of each row."""
    model.eval()
    answers: dict[int, list[int]] = {}
    order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids))
    for start in range(0, len(order), 64):
        chosen = order[start : start + 64]
        batch = pad([rows[index] for index in chosen])
        best = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits.argmax(dim=-1)
        for index, labels, found in zip(chosen, batch["labels"], best, strict=True):
            counted = labels != IGNORED
            answers[index] = found[counted].tolist() if labels.dim() else [int(found)]
    return [answers[index] for index in range(len(rows))]
