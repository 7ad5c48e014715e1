"""`edge.evaluate`: artifacts and the fp32 reference on the same labelled rows."""

import random
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from edge.bundle import open_bundle
from edge.child_process import Stage, silent_stage
from edge.errors import InputError, MissingPackageError
from edge.evaluation.document import Evaluation, EvaluationRow
from edge.evaluation.inference import Answers, Runner, Workload, run_workloads
from edge.evaluation.metrics import metric_for
from edge.evaluation.question import Metric, Question, Setting
from edge.evaluation.reference_source import artifact_runner, choose_reference
from edge.runtimes.selection import select_runnable
from edge.samples import SEED, Sample, given_fields, read_samples
from edge.tokenizer import Tokenizer


def evaluate(
    bundle: str | Path,
    data: str | Path,
    *,
    artifacts: Sequence[str] | None = None,
    checkpoint: str | Path | None = None,
    rows: int | None = None,
    stage: Stage = silent_stage,
) -> Evaluation:
    """Compute the task's metric of artifacts on labelled data, and of the fp32 reference beside them.

    Texts are cut to an artifact's length, for the reference too. The reference is the checkpoint that the bundle was
    built from, or the bundle's fp32 artifact where the checkpoint is not there; then no torch is needed.

    Parameters
    ----------
    bundle
        Folder that ``squeezebert-edge build`` wrote.
    data
        File with a label for each row, in a format of `edge.samples.READERS`.
    artifacts
        Ids; None takes all that can run on this host.
    checkpoint
        Folder or Hub id of the reference; None takes what the bundle's report.json names.
    rows
        Evaluate a random subset of this many rows, the same each time; None takes all.
    stage
        Opened at the begin of each stage with its title and closed at its end.

    Raises
    ------
    MissingPackageError
        If the metric, the reference or an artifact that was asked for needs a package that is not installed.
    InputError
        If an argument cannot be used, a row lacks a field or has a label that the model does not know, or there is
        no reference.
    """
    opened = open_bundle(Path(bundle).expanduser())
    named = [opened.artifact(name) for name in dict.fromkeys(artifacts or ())]
    runnable, skipped = select_runnable(named or opened.manifest.artifacts, asked_for=bool(named))
    # Of several lengths the longest, which cuts the fewest texts.
    chosen = [artifact.by_length()[-1] for artifact in runnable]
    model = opened.manifest.model
    metric = metric_for(model.task, model.labels)
    absent = [package for package in metric.packages if find_spec(package) is None]
    if absent:
        raise MissingPackageError(f"{metric.summary} needs {absent[0]}: pip install 'squeezebert-edge[eval]'")
    samples = _drawn(read_samples(Path(data).expanduser()), rows)
    _check_fields(samples, metric, model.task)
    tokenizer = Tokenizer(opened.directory / opened.manifest.tokenizer.directory)
    lengths = sorted({artifact.sequence_lengths[0] for artifact in chosen})
    pooled = chosen[0].outputs[0].name == "sentence_embedding"

    def ask(used: Tokenizer) -> dict[int, list[Question]]:
        questions = {}
        for length in lengths:
            with stage(f"tokenize {len(samples)} rows for {length} tokens"):
                setting = Setting(used, length, tuple(model.labels), pooled)
                questions[length] = [metric.ask(sample, number, setting) for number, sample in enumerate(samples)]
        return questions

    # Before the checkpoint is read: what is wrong with a row shows at once.
    asked = ask(tokenizer)
    reference = choose_reference(opened, tokenizer, lengths, None if checkpoint is None else str(checkpoint), stage)
    # A pruned vocabulary splits texts in another way than the checkpoint's own.
    pruned = opened.manifest.vocabulary_pruning is not None
    asked_reference = ask(reference.tokenizer) if pruned else asked

    pad = tokenizer.special_ids["pad"]
    runners = {artifact.id: artifact_runner(opened, artifact, pad) for artifact in chosen}
    workloads: dict[str, Workload] = {}
    for length, runner in reference.runners.items():
        _workload(workloads, runner).add(asked_reference[length])
    for artifact in chosen:
        _workload(workloads, runners[artifact.id]).add(asked[artifact.sequence_lengths[0]])
    outputs = dict(zip(workloads, run_workloads(list(workloads.values()), metric.reduction, stage), strict=True))

    compared = {
        length: _answered(metric, asked_reference[length], outputs[runner.title])
        for length, runner in reference.runners.items()
    }
    results = []
    for artifact in chosen:
        length = artifact.sequence_lengths[0]
        found = _answered(metric, asked[length], outputs[runners[artifact.id].title])
        results.append(_row(artifact.id, metric, found, compared[length]))
    return Evaluation(
        task=model.task,
        metric=metric.name,
        rows=len(samples),
        reference_source=reference.source,
        results=results,
        skipped=skipped,
    )


Answered = tuple[list[object], dict[str, float]]


def _drawn(samples: list[Sample], rows: int | None) -> list[Sample]:
    if rows is not None and rows < 1:
        raise InputError(f"{rows} rows are none to evaluate; ask for 1 at least")
    if rows is None or rows >= len(samples):
        return samples
    return [samples[index] for index in sorted(random.Random(SEED).sample(range(len(samples)), rows))]


def _check_fields(samples: Sequence[Sample], metric: Metric, task: str) -> None:
    for sample in samples:
        missing = [name for name in metric.fields if getattr(sample, name) is None]
        if missing:
            found = ", ".join(given_fields(samples))
            raise InputError(
                f"{sample.place}: {task} is evaluated with {', '.join(metric.fields)} in each row, but this one has no"
                f" {' and no '.join(missing)} (the file has {found}); add it"
            )


def _workload(workloads: dict[str, Workload], runner: Runner) -> Workload:
    """Return the workload of `runner`, which may compute the reference and be evaluated too."""
    return workloads.setdefault(runner.title, Workload(runner))


def _answered(metric: Metric, questions: Sequence[Question], outputs: Answers) -> Answered:
    answers = metric.answer(questions, outputs.of(questions))
    return answers, metric.score(questions, answers)


def _row(name: str, metric: Metric, found: Answered, reference: Answered) -> EvaluationRow:
    (answers, scores), (expected, wanted) = found, reference
    more = [key for key in scores if key != metric.name]
    details = {
        f"{prefix}{key}": values[key] for key in more for prefix, values in (("", scores), ("reference_", wanted))
    }
    value, baseline = scores[metric.name], wanted[metric.name]
    return EvaluationRow(
        artifact=name,
        value=value,
        reference=baseline,
        delta=value - baseline,
        agreement=metric.agreement(answers, expected),
        details=details or None,
    )
