"""Verification: every artifact against the fp32 reference, through its recipe's gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.benchmark import Benchmark
from edge.child_process import Stage
from edge.compute_units import ComputeUnits
from edge.devices.host import ArtifactRun, run_artifacts
from edge.devices.measurement import MeasurementRule
from edge.gates import LAYER_METRIC, UPPER_LIMITS, Gate, check_gates, describe_failure
from edge.golden import Golden, load_golden
from edge.manifest import ArtifactInfo
from edge.parity import measure_parity
from edge.tasks import Task


@dataclass(frozen=True)
class VerifiedArtifact:
    """An artifact, what it reached, and what it had to reach.

    Attributes
    ----------
    artifact
        With ``parity`` filled in.
    rows
        Number of examples compared.
    problems
        Operations that overflow, lose a constant to float16 or compute something else than the model's layer, a line
        for each; of runtimes that can be looked into.
    """

    artifact: ArtifactInfo
    runtime: str
    rows: int
    gates: tuple[Gate, ...]
    problems: tuple[str, ...]
    benchmark: Benchmark | None

    @property
    def passed(self) -> bool:
        """Whether every gate was passed and nothing breaks inside."""
        return all(gate.passed for gate in self.gates) and not self.problems


def verify_artifacts(
    directory: Path,
    artifacts: Sequence[ArtifactInfo],
    task: Task,
    threads: int,
    stage: Stage,
    rule: MeasurementRule | None = None,
    compute_units: ComputeUnits | None = None,
) -> list[VerifiedArtifact]:
    """Run artifacts of the bundle in `directory` on this host and compare them with its golden vectors.

    Parameters
    ----------
    rule
        Also measures latency by this rule.
    compute_units
        What Core ML may use, on macOS only; None allows it all devices.
    """
    single = [each for artifact in artifacts for each in artifact.by_length()]
    runs = iter(run_artifacts(directory, single, threads, stage, rule, compute_units=compute_units))
    lengths = {length for artifact in artifacts for length in artifact.sequence_lengths}
    golden = {length: load_golden(directory / "golden", length) for length in lengths}
    return [
        _verified(artifact, [next(runs) for _ in artifact.sequence_lengths], golden, task) for artifact in artifacts
    ]


def _verified(
    artifact: ArtifactInfo, runs: Sequence[ArtifactRun], golden: Mapping[int, Golden], task: Task
) -> VerifiedArtifact:
    """Judge an artifact by one run at each of its lengths: its worst figures count."""
    figures = []
    for length, run in zip(artifact.sequence_lengths, runs, strict=True):
        assert run.outputs is not None
        figures.append(measure_parity(golden[length].outputs, run.outputs, task))
    parity = {metric: _worst(metric, [each[metric] for each in figures]) for metric in figures[0]}
    layers = [layer for run in runs for layer in run.layers]
    if layers:
        parity[LAYER_METRIC] = min(decibels for decibels, _ in layers)
    gates = tuple(check_gates(artifact.recipe, parity))
    problems = list(dict.fromkeys(hazard for run in runs for hazard in run.hazards))
    for gate in gates:
        if gate.metric == LAYER_METRIC and not gate.passed:
            # What follows a wrong layer is wrong too, so the first one tells.
            problems.append(next(text for decibels, text in layers if decibels < gate.limit))
    return VerifiedArtifact(
        artifact=artifact.model_copy(update={"parity": parity}),
        runtime=runs[-1].runtime,
        rows=len(golden[artifact.sequence_lengths[-1]].examples),
        gates=gates,
        problems=tuple(problems),
        benchmark=runs[-1].benchmark,
    )


def _worst(metric: str, values: Sequence[float]) -> float:
    return max(values) if metric in UPPER_LIMITS else min(values)


def failures(results: Sequence[VerifiedArtifact]) -> list[str]:
    """Return one line for each gate that failed, and for each problem."""
    lines = []
    for result in results:
        lines += [describe_failure(result.artifact.id, gate) for gate in result.gates if not gate.passed]
        lines += [f"{result.artifact.id}: {problem}" for problem in result.problems]
    return lines
