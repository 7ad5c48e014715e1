"""The host as a device: each artifact runs in a process of its own."""

import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.benchmark import Benchmark
from edge.child_process import Job, Stage, run_jobs
from edge.devices.cores import usable_cores
from edge.devices.measurement import MeasurementRule
from edge.golden import Outputs
from edge.manifest import ArtifactInfo
from edge.target import host_target

NAME = "host"


@dataclass(frozen=True)
class ArtifactRun:
    """What one artifact did on the device.

    Attributes
    ----------
    runtime
        What computed.
    outputs
        For each golden example its outputs by name, at the example's positions; None if they were not asked for.
    benchmark
        None if it was not asked for, or the runtime's time says nothing.
    """

    runtime: str
    outputs: tuple[Outputs, ...] | None
    benchmark: Benchmark | None


def describe() -> str:
    """Return what this machine is, in one line."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def default_threads() -> int:
    """Return the threads that a runtime gets unless told otherwise: those of this host's target, at most its cores."""
    return min(host_target().threads, usable_cores())


def run_artifacts(
    directory: Path,
    artifacts: Sequence[ArtifactInfo],
    threads: int,
    stage: Stage,
    rule: MeasurementRule | None = None,
    with_outputs: bool = True,
) -> list[ArtifactRun]:
    """Run artifacts of the bundle in `directory`, one after the other.

    Parameters
    ----------
    rule
        Measures latency by this rule; None leaves it out.
    with_outputs
        Whether to run the golden examples.
    """
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        results = [Path(name) / f"{artifact.id}.npz" for artifact in artifacts]
        jobs = [
            Job(
                title=f"run {artifact.id}",
                module="edge.devices.host_worker",
                arguments={
                    "format": artifact.format,
                    "path": str((directory / artifact.file).resolve()),
                    "inputs": [spec.model_dump() for spec in artifact.inputs],
                    "outputs": [spec.model_dump() for spec in artifact.outputs],
                    "golden": str((directory / "golden").resolve()),
                    "sequence_length": artifact.sequence_lengths[0],
                    "threads": threads,
                    "minimum_runtime": artifact.minimum_runtime,
                    "rule": None if rule is None else rule.as_dict(),
                    "results": str(result) if with_outputs else None,
                },
            )
            for artifact, result in zip(artifacts, results, strict=True)
        ]
        runs = []
        # One at a time: two measurements at once would measure each other.
        for artifact, result, answer in zip(artifacts, results, run_jobs(jobs, stage, workers=1), strict=True):
            benchmark = None
            if answer["benchmark"] is not None:
                benchmark = Benchmark(
                    artifact=artifact.id,
                    format=artifact.format,
                    recipe=artifact.recipe,
                    sequence_length=artifact.sequence_lengths[0],
                    device=NAME,
                    threads=threads,
                    **answer["benchmark"],
                )
            runs.append(ArtifactRun(answer["runtime"], _load_outputs(result) if with_outputs else None, benchmark))
        return runs


def _load_outputs(path: Path) -> tuple[Outputs, ...]:
    rows: dict[int, Outputs] = {}
    with np.load(path) as archive:
        for key in archive.files:
            index, name = key.split("/", 1)
            rows.setdefault(int(index), {})[name] = archive[key]
    return tuple(rows[index] for index in range(len(rows)))
