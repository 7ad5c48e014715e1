"""The task's own metric on rows that calibration did not see."""

from dataclasses import replace

import pytest
import torch

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.errors import InputError
from edge.samples import Sample
from edge.task_metric import MOST_ROWS, run, task_metric
from edge.tasks import TASKS
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_squeezebert

LENGTH = 24
TEXTS = [
    f"{verb} a {noun} for {name}"
    for verb in ("book", "pay", "set")
    for noun in ("hotel", "bill", "alarm", "song")
    for name in ("john", "mary", "london")
]

# Labelled rows of each task, by number.
LABELLED = {
    "feature-extraction": lambda n: Sample(TEXTS[n], text_pair=TEXTS[-n], score=n % 5),
    "text-classification": lambda n: Sample(TEXTS[n], label=n % 3),
    "token-classification": lambda n: Sample(
        TEXTS[n], tokens=tuple(TEXTS[n].split()), tags=("negative", "neutral", "positive", 0, 1)
    ),
    "question-answering": lambda n: Sample("who is it for", text_pair=TEXTS[n], answers=(TEXTS[n].split()[-1],)),
    "fill-mask": lambda n: Sample(TEXTS[n]),
    "multiple-choice": lambda n: Sample(TEXTS[n], label=n % 2, choices=("john", "the bank account")),
}
NAMES = {
    "feature-extraction": "spearman",
    "text-classification": "accuracy",
    "token-classification": "f1",
    "question-answering": "f1",
    "fill-mask": "accuracy",
    "multiple-choice": "accuracy",
}


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """Return a checkpoint of each task."""
    folder = tmp_path_factory.mktemp("checkpoints")
    return {task: load_checkpoint(save_squeezebert(folder / task, task, layers=1)) for task in TASKS}


@pytest.fixture(scope="module")
def classifier(checkpoints):
    return checkpoints["text-classification"]


def metric_of(checkpoint, rows, calibration=()):
    return task_metric(checkpoint, rows, calibration, Tokenizer(checkpoint.directory), LENGTH)


def encoder_of(checkpoint):
    return Encoder(checkpoint, LENGTH, EncoderVariant())


def named(checkpoint, texts):
    """Return a row for each text with the label that the model itself gives it."""
    metric = metric_of(checkpoint, [Sample(text, label=0) for text in texts])
    outputs = run(encoder_of(checkpoint), metric.examples)
    return [Sample(text, label=int(row["logits"].argmax())) for text, row in zip(texts, outputs, strict=True)]


@pytest.mark.parametrize("task", TASKS)
def test_labelled_rows_are_judged_by_the_tasks_metric(checkpoints, task):
    metric = metric_of(checkpoints[task], [LABELLED[task](number) for number in range(12)])
    encoder = encoder_of(checkpoints[task])

    found = metric.measure(encoder, run(encoder, metric.examples))

    assert metric.name == NAMES[task]
    assert len(metric.questions) == 12
    assert -1 <= found <= 1


@pytest.mark.parametrize("task", [task for task in TASKS if task != "fill-mask"])
def test_rows_without_labels_are_judged_by_agreement(checkpoints, task):
    metric = metric_of(checkpoints[task], [Sample(text) for text in TEXTS[:12]])
    encoder = encoder_of(checkpoints[task])

    assert metric.name == "agreement with fp32"
    assert metric.measure(encoder, run(encoder, metric.examples)) == pytest.approx(1.0)


def test_one_row_without_a_label_among_others_is_refused_with_its_place(classifier):
    with pytest.raises(InputError, match=r"rows.jsonl, line 2: has no label, but other rows have"):
        metric_of(classifier, [Sample("pay a bill", label=1), Sample("set an alarm", place="rows.jsonl, line 2")])


def test_right_labels_are_an_accuracy_of_1(classifier):
    metric = metric_of(classifier, named(classifier, TEXTS))
    encoder = encoder_of(classifier)

    assert metric.measure(encoder, run(encoder, metric.examples)) == 1.0


def test_wrong_labels_are_an_accuracy_of_0_even_of_the_reference(classifier):
    wrong = [replace(row, label=(row.label + 1) % 3) for row in named(classifier, TEXTS)]
    metric = metric_of(classifier, wrong)
    exact = run(encoder_of(classifier), metric.examples)

    assert metric.score(exact, exact) == 0.0


@pytest.mark.parametrize("labelled", [True, False])
def test_a_damaged_encoder_scores_less(classifier, labelled):
    rows = named(classifier, TEXTS) if labelled else [Sample(text) for text in TEXTS]
    metric = metric_of(classifier, rows)
    exact = run(encoder_of(classifier), metric.examples)
    damaged = encoder_of(classifier)
    damaged.head.classifier.weight.neg_()
    damaged.head.classifier.bias.neg_()

    assert metric.measure(damaged, exact) < 0.5


def test_rows_that_chose_ranges_are_left_out(classifier):
    rows = [Sample(text, label=0) for text in TEXTS]

    metric = metric_of(classifier, rows, calibration=rows[:30])

    assert [question.sample for question in metric.questions] == rows[30:]


def test_a_text_that_chose_ranges_is_left_out_with_any_label(classifier):
    rows = [Sample("pay a bill", label=0), Sample("pay a bill", label=1), Sample("set an alarm", label=1)]

    metric = metric_of(classifier, rows, calibration=rows[:1])

    assert [question.sample for question in metric.questions] == rows[2:]


def test_of_many_rows_the_same_are_drawn_each_time(classifier):
    rows = [Sample(f"pay bill {number}", label=0) for number in range(2 * MOST_ROWS)]

    first, second = metric_of(classifier, rows), metric_of(classifier, rows)

    assert len(first.questions) == MOST_ROWS
    assert first.examples == second.examples


def test_label_that_the_model_lacks_is_refused_with_its_place(classifier):
    rows = [Sample("pay a bill", label=0), Sample("sing", label="cheerful", place="rows.jsonl, line 2")]

    with pytest.raises(InputError, match=r"rows\.jsonl, line 2: the model has no label 'cheerful'"):
        metric_of(classifier, rows)


def test_examples_run_without_padding(classifier):
    metric = metric_of(classifier, [Sample("pay a bill", label=0)])
    ids = metric.examples[0].input_ids
    padded = torch.tensor([ids + (0,) * (LENGTH - len(ids))], dtype=torch.int32)
    mask = (torch.arange(LENGTH) < len(ids)).int().unsqueeze(0)

    (found,) = run(encoder_of(classifier), metric.examples)

    expected = encoder_of(classifier)(padded, mask, torch.zeros_like(padded))[0]
    torch.testing.assert_close(torch.from_numpy(found["logits"]), expected[0], rtol=1e-4, atol=1e-5)
