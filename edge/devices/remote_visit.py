"""A visit to a device that is another machine, over any connection."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.bundle import MANIFEST
from edge.child_process import Stage
from edge.devices.artifact_run import ArtifactRun
from edge.devices.device import Work
from edge.devices.information import DeviceInformation
from edge.devices.remote_folder import RemoteFolder
from edge.devices.remote_program import ANSWER, BUNDLE, OUTPUTS, REQUEST, RemoteProgram, run_program
from edge.devices.work import WorkRequest
from edge.errors import InputError
from edge.golden import Outputs, load_golden, load_outputs
from edge.manifest import ArtifactInfo


@dataclass(frozen=True)
class RemoteVisit:
    """A `Device`: its work folder is locked and this visit's as long as `open_folder` is open."""

    folder: RemoteFolder
    information: DeviceInformation
    program: RemoteProgram

    @property
    def name(self) -> str:
        """As the user named the device."""
        return self.folder.connection.name

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if the device runs `artifact` right, else why not and what to do, in one line."""
        return self.program.why_not(artifact)

    def run(self, directory: Path, artifacts: Sequence[ArtifactInfo], work: Work, stage: Stage) -> list[ArtifactRun]:
        """Run artifacts of the bundle in `directory`, of one length each, one by one."""
        files = [bundle_files(directory, artifact) for artifact in artifacts]
        self.folder.keep_only(BUNDLE, {name for each in files for name in each})
        runs = []
        for artifact, each in zip(artifacts, files, strict=True):
            self.folder.put({**self.program.files, **each}, stage)
            runs.append(self._run(directory, artifact, work, stage))
        return runs

    def _run(self, directory: Path, artifact: ArtifactInfo, work: Work, stage: Stage) -> ArtifactRun:
        (sequence_length,) = artifact.sequence_lengths
        request = WorkRequest(
            bundle=BUNDLE,
            artifact=artifact.id,
            sequence_length=sequence_length,
            threads=work.threads,
            cores=list(work.cores),
            measurement=work.rule,
            outputs=OUTPUTS if work.with_outputs else None,
            compute_units=work.compute_units,
        )
        functions = [function.name for function in artifact.functions]
        with stage(" ".join(["run", artifact.id, *functions, "on", self.name])):
            result = run_program(self.folder, self.program, request, work.time_limit)
        outputs = self._outputs(directory, sequence_length) if work.with_outputs else None
        self.folder.remove(REQUEST, ANSWER, OUTPUTS)
        return ArtifactRun(result, outputs)

    def _outputs(self, directory: Path, sequence_length: int) -> tuple[Outputs, ...]:
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
            local = Path(name) / OUTPUTS
            self.folder.fetch(OUTPUTS, local)
            return load_outputs(load_golden(directory / "golden", sequence_length), local)


def bundle_files(directory: Path, artifact: ArtifactInfo) -> dict[str, Path]:
    """Return the local files that a device program needs to run `artifact`, by name in the work folder.

    Raises
    ------
    InputError
        If one is missing.
    """
    lengths = artifact.sequence_lengths
    golden = [f"golden/{length}.{kind}" for length in lengths for kind in ("json", "f32")]
    names = [MANIFEST, *golden, artifact.file]
    for name in names:
        if not (directory / name).is_file():
            raise InputError(f"{directory / name}: missing, or no file; build the bundle again")
    return {f"{BUNDLE}/{name}": directory / name for name in names}
