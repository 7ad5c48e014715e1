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
from edge.compute_units import ComputeUnits
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
    hazards
        What breaks on the way, a line for each operation; only of runtimes that can be looked into.
    layers
        How many decibels each operation that stands for a layer of the model is from it, and which that is; in the
        order of the program.
    """

    runtime: str
    outputs: tuple[Outputs, ...] | None
    benchmark: Benchmark | None
    hazards: tuple[str, ...] = ()
    layers: tuple[tuple[float, str], ...] = ()


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
    compute_units: ComputeUnits | None = None,
) -> list[ArtifactRun]:
    """Run artifacts of the bundle in `directory`, one after the other.

    Parameters
    ----------
    artifacts
        Of one length each (`ArtifactInfo.by_length`).
    rule
        Measures latency by this rule; None leaves it out.
    with_outputs
        Whether to run the golden examples, and to look for what breaks on the way where the runtime can be looked into.
    compute_units
        What Core ML may use, on macOS only; None allows it all devices.
    """
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        results = [Path(name) / f"{index}.npz" for index in range(len(artifacts))]
        jobs = [
            Job(
                title=" ".join([f"run {artifact.id}", *(function.name for function in artifact.functions)]),
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
                    "options": {**artifact.runtime_options, **_device_options(artifact, compute_units)},
                    "rule": None if rule is None else rule.as_dict(),
                    "results": str(result) if with_outputs else None,
                    "layer_values": _layer_values(directory, artifact) if with_outputs else None,
                },
                # The evaluation's products are small: on a busy machine numpy's threads wait for each other far longer
                # than they compute.
                environment={"OPENBLAS_NUM_THREADS": "1"} if "coreml" in (artifact.format, artifact.backend) else {},
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
            runs.append(
                ArtifactRun(
                    runtime=answer["runtime"],
                    outputs=_load_outputs(result) if with_outputs else None,
                    benchmark=benchmark,
                    hazards=tuple(answer["hazards"]),
                    layers=tuple((float(decibels), text) for decibels, text in answer["layers"]),
                )
            )
        return runs


def _layer_values(directory: Path, artifact: ArtifactInfo) -> str | None:
    """Return the file with what the artifact's layers compute, which is at its longest length, if it has one."""
    recorded = artifact.layer_values
    return str((directory / recorded.file).resolve()) if recorded is not None else None


def _device_options(artifact: ArtifactInfo, compute_units: ComputeUnits | None) -> dict[str, str]:
    """Return what only the runtime of the artifact's format takes of the command line."""
    if artifact.format == "coreml" and compute_units is not None:
        return {"compute_units": compute_units.value}
    return {}


def _load_outputs(path: Path) -> tuple[Outputs, ...]:
    rows: dict[int, Outputs] = {}
    with np.load(path) as archive:
        for key in archive.files:
            index, name = key.split("/", 1)
            rows.setdefault(int(index), {})[name] = archive[key]
    return tuple(rows[index] for index in range(len(rows)))
