"""The host as a device: each artifact runs in a process of its own."""

import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from edge.child_process import Job, Stage, run_jobs
from edge.devices.artifact_run import ArtifactRun
from edge.devices.cores import usable_cores
from edge.devices.device import Work
from edge.devices.host_lock import measuring_alone
from edge.devices.information import DeviceInformation
from edge.devices.work import WorkRequest, WorkResult
from edge.errors import InputError
from edge.golden import load_golden, load_outputs
from edge.manifest import ArtifactInfo
from edge.runtimes.selection import why_not_here
from edge.target import host_target

NAME = "host"


@contextmanager
def open_device(address: str, runner: str | None, stage: Stage, keep_files: bool = False) -> Iterator["HostDevice"]:
    """Visit this machine, with no other benchmark beside; `edge.devices.device.OpenDevice`.

    Raises
    ------
    InputError
        If an address, a runner or `keep_files` is given.
    DeviceError
        If another benchmark runs here.
    """
    if address:
        raise InputError(f"'host:{address}': the host has no address; name it 'host'")
    if runner is not None:
        raise InputError(f"--runner {runner} is for other devices; the host runs artifacts with its installed packages")
    if keep_files:
        raise InputError("--keep-files is for other devices; nothing is copied to run on the host")
    with measuring_alone():
        yield HostDevice()


@dataclass(frozen=True)
class HostDevice:
    """The host; `edge.devices.device.Device`."""

    name = NAME

    @cached_property
    def information(self) -> DeviceInformation:
        """What this machine is."""
        from edge.devices.posix_probe import probe_host

        return probe_host()

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if this host runs `artifact` right, else why not and what to do."""
        return why_not_here(artifact)

    def run(self, directory: Path, artifacts: Sequence[ArtifactInfo], work: Work, stage: Stage) -> list[ArtifactRun]:
        """Run artifacts of the bundle in `directory`, of one length each, one after the other."""
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
            outputs = [Path(name) / f"{index}.f32" for index in range(len(artifacts))]
            jobs = [
                _job(directory, artifact, work, path if work.with_outputs else None)
                for artifact, path in zip(artifacts, outputs, strict=True)
            ]
            # One at a time: two measurements at once would measure each other.
            answers = run_jobs(jobs, stage, workers=1, time_limit=work.time_limit)
            results = [WorkResult.model_validate(answer) for answer in answers]
            if not work.with_outputs:
                return [ArtifactRun(result, None) for result in results]
            golden = {
                length: load_golden(directory / "golden", length)
                for length in {result.sequence_length for result in results}
            }
            return [
                ArtifactRun(result, load_outputs(golden[result.sequence_length], path))
                for result, path in zip(results, outputs, strict=True)
            ]


def describe() -> str:
    """Return what this machine is, in one line."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def default_threads() -> int:
    """Return the threads that a runtime gets unless told otherwise: those of this host's target, at most its cores."""
    return min(host_target().threads, usable_cores())


def _job(directory: Path, artifact: ArtifactInfo, work: Work, outputs: Path | None) -> Job:
    length = artifact.sequence_lengths[0]
    request = WorkRequest(
        bundle=str(directory.resolve()),
        artifact=artifact.id,
        sequence_length=length,
        threads=work.threads,
        cores=list(work.cores),
        measurement=work.rule,
        outputs=None if outputs is None else str(outputs),
        compute_units=work.compute_units,
    )
    return Job(
        title=" ".join([f"run {artifact.id}", *(function.name for function in artifact.functions)]),
        module="edge.devices.worker",
        arguments=request.model_dump(mode="json"),
        # The evaluation's products are small: on a busy machine numpy's threads wait for each other far longer
        # than they compute.
        environment={"OPENBLAS_NUM_THREADS": "1"} if "coreml" in (artifact.format, artifact.backend) else {},
    )
