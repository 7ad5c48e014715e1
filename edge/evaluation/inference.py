"""Running examples through artifacts and the checkpoint on all cores, each different example once."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.child_process import Job, Stage, run_jobs
from edge.devices.cores import usable_cores
from edge.evaluation.example_files import load_outputs, save_examples
from edge.evaluation.question import Question
from edge.examples import Example
from edge.golden import Outputs

# A part with fewer examples is not worth a process of its own: to load a runtime or torch takes seconds.
LEAST_EXAMPLES = 64

# numpy's matrix products take all cores by default, and parts running at once would fight for them.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# What makes two examples the same to a model.
Key = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...] | None]


@dataclass(frozen=True)
class Runner:
    """What computes.

    Attributes
    ----------
    title
        What the user reads while it runs.
    module
        Its worker: takes `arguments` and besides ``reduction``, ``examples`` and ``results``.
    """

    title: str
    module: str
    arguments: dict[str, Any]


@dataclass
class Workload:
    """A runner, and the different examples that it is to run."""

    runner: Runner
    examples: dict[Key, Example] = field(default_factory=dict)

    def add(self, questions: Iterable[Question]) -> None:
        """Have the examples of `questions` run."""
        for question in questions:
            for example in question.examples:
                self.examples.setdefault(_key(example), example)


class Answers:
    """The outputs of one workload."""

    def __init__(self, outputs: dict[Key, Outputs]) -> None:
        self._outputs = outputs

    def of(self, questions: Sequence[Question]) -> list[list[Outputs]]:
        """Return the reduced outputs of each question's examples."""
        return [[self._outputs[_key(example)] for example in question.examples] for question in questions]


def run_workloads(workloads: Sequence[Workload], reduction: str, stage: Stage) -> list[Answers]:
    """Run all examples of all workloads; one process a core, with one thread each.

    Raises
    ------
    EdgeError
        What a worker raised.
    """
    cores = usable_cores()
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        jobs: list[Job] = []
        parts_of: list[list[Path]] = []
        for number, workload in enumerate(workloads):
            examples = list(workload.examples.values())
            parts = max(1, min(cores, len(examples) // LEAST_EXAMPLES))
            files = [Path(name) / f"{number}-{part}" for part in range(parts)]
            for part, file in enumerate(files):
                save_examples(file.with_suffix(".json"), examples[part::parts])
                jobs.append(_job(workload.runner, reduction, file, part, parts, len(examples)))
            parts_of.append(files)
        run_jobs(jobs, stage, workers=cores)
        return [
            Answers(dict(zip(workload.examples, _merged(files), strict=True)))
            for workload, files in zip(workloads, parts_of, strict=True)
        ]


def _key(example: Example) -> Key:
    return example.input_ids, example.token_type_ids, example.positions


def _job(runner: Runner, reduction: str, file: Path, part: int, parts: int, count: int) -> Job:
    title = f"{runner.title} on {count} inputs" + (f" ({part + 1} of {parts})" if parts > 1 else "")
    files = {"examples": str(file.with_suffix(".json")), "results": str(file.with_suffix(".npz"))}
    return Job(title, runner.module, {**runner.arguments, "reduction": reduction, **files}, ONE_THREAD)


def _merged(files: Sequence[Path]) -> list[Outputs]:
    """Put together again what was dealt out one by one."""
    parts = [load_outputs(file.with_suffix(".npz")) for file in files]
    return [parts[index % len(parts)][index // len(parts)] for index in range(sum(map(len, parts)))]
