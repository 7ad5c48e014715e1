"""Verification: every artifact against the fp32 reference, through its recipe's gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.benchmark import Benchmark
from edge.child_process import Stage
from edge.devices import Device, Work
from edge.devices.artifact_run import ArtifactRun
from edge.devices.stability import marks, spread, summarize
from edge.devices.work import MeasurementRule, WorkResult
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
    runs
        What the device answered at each of the artifact's lengths, ascending.
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
    """At the longest length; None if nothing was measured."""
    runs: tuple[WorkResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every gate was passed and nothing breaks inside."""
        return all(gate.passed for gate in self.gates) and not self.problems


def verify_artifacts(
    device: Device, directory: Path, artifacts: Sequence[ArtifactInfo], task: Task, work: Work, stage: Stage
) -> list[VerifiedArtifact]:
    """Run artifacts of the bundle in `directory` on `device` and compare them with its golden vectors.

    Parameters
    ----------
    work
        With outputs; its rule, if there is one, also measures latency.
    """
    single = [each for artifact in artifacts for each in artifact.by_length()]
    runs = iter(device.run(directory, single, work, stage))
    lengths = {length for artifact in artifacts for length in artifact.sequence_lengths}
    golden = {length: load_golden(directory / "golden", length) for length in lengths}
    return [
        _verified(device.name, artifact, [next(runs) for _ in artifact.sequence_lengths], golden, task, work.rule)
        for artifact in artifacts
    ]


def _verified(
    device: str,
    artifact: ArtifactInfo,
    runs: Sequence[ArtifactRun],
    golden: Mapping[int, Golden],
    task: Task,
    rule: MeasurementRule | None,
) -> VerifiedArtifact:
    """Judge an artifact by one run at each of its lengths: its worst figures count."""
    figures = []
    for length, run in zip(artifact.sequence_lengths, runs, strict=True):
        assert run.outputs is not None
        figures.append(measure_parity(golden[length].outputs, run.outputs, task))
    parity = {metric: _worst(metric, [each[metric] for each in figures]) for metric in figures[0]}
    layers = [layer for run in runs for layer in run.result.layers]
    if layers:
        parity[LAYER_METRIC] = min(decibels for decibels, _ in layers)
    gates = tuple(check_gates(artifact.recipe, parity))
    problems = list(dict.fromkeys(hazard for run in runs for hazard in run.result.hazards))
    for gate in gates:
        if gate.metric == LAYER_METRIC and not gate.passed:
            # What follows a wrong layer is wrong too, so the first one tells.
            problems.append(next(text for decibels, text in layers if decibels < gate.limit))
    return VerifiedArtifact(
        artifact=artifact.model_copy(update={"parity": parity}),
        runtime=runs[-1].result.runtime,
        rows=len(golden[artifact.sequence_lengths[-1]].examples),
        gates=gates,
        problems=tuple(problems),
        benchmark=None if rule is None else _benchmark(device, artifact, runs[-1].result, rule),
        runs=tuple(run.result for run in runs),
    )


def _benchmark(device: str, artifact: ArtifactInfo, result: WorkResult, rule: MeasurementRule) -> Benchmark | None:
    """Return what the device's times say; None if they say nothing."""
    timing = result.timing
    if timing is None:
        return None
    return Benchmark(
        artifact=artifact.id,
        format=artifact.format,
        recipe=artifact.recipe,
        sequence_length=result.sequence_length,
        device=device,
        threads=result.threads,
        cores=result.cores,
        runs=len(timing.latencies_ms),
        warm_up_runs=len(timing.warm_up_ms),
        latency_ms=summarize(timing.latencies_ms),
        spread=spread(timing.latencies_ms),
        marks=list(marks(timing, rule)),
        load_ms=result.load_ms,
        peak_rss_mb=timing.peak_rss_mb,
        before=timing.before,
        after=timing.after,
        core_ml=result.core_ml,
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
