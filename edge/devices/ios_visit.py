"""A visit to an iPhone or iPad: one launch of the app for each artifact."""

import secrets
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge.bundle import MANIFEST
from edge.child_process import Stage
from edge.devices.artifact_run import ArtifactRun
from edge.devices.device import Work
from edge.devices.device_answer import read_answer
from edge.devices.information import DeviceInformation
from edge.devices.ios_app import FOLDER, INSTALL, App
from edge.devices.ios_container import Container
from edge.devices.work import WorkRequest, WorkResult
from edge.errors import DeviceError, InputError
from edge.golden import load_golden, load_outputs
from edge.manifest import ArtifactInfo

BUNDLE = "bundle"


@dataclass(frozen=True)
class IOSVisit:
    """A `edge.devices.device.Device`."""

    container: Container
    information: DeviceInformation
    app: App

    @property
    def name(self) -> str:
        """As the user named the device."""
        return self.container.name

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if the device runs `artifact` right, else why not and what to do, in one line."""
        reason = self.app.why_not(artifact)
        return None if reason is None else f"{self.name}: {reason}"

    def run(self, directory: Path, artifacts: Sequence[ArtifactInfo], work: Work, stage: Stage) -> list[ArtifactRun]:
        """Run artifacts of the bundle in `directory`, of one length each, one by one."""
        if work.cores:
            raise InputError(f"{self.name}: iOS does not let a program choose its cores; leave --cores out")
        runs = []
        for artifact in artifacts:
            with stage(f"push {artifact.id} to {self.name}"):
                self.container.put(_files(directory, artifact))
            functions = [function.name for function in artifact.functions]
            with stage(" ".join(["run", artifact.id, *functions, "on", self.name])):
                runs.append(self._run(directory, artifact, work))
        return runs

    def _run(self, directory: Path, artifact: ArtifactInfo, work: Work) -> ArtifactRun:
        (length,) = artifact.sequence_lengths
        # Names of its own for each run, so that an old answer is not taken for a new one.
        key = secrets.token_hex(4)
        request = WorkRequest(
            bundle=BUNDLE,
            artifact=artifact.id,
            sequence_length=length,
            threads=work.threads,
            measurement=work.rule,
            outputs=f"outputs-{key}.f32" if work.with_outputs else None,
            compute_units=work.compute_units,
        )
        self.container.write(f"request-{key}.json", request.model_dump_json())
        result = self._result(request, key, work.time_limit)
        if request.outputs is None:
            return ArtifactRun(result, None)
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
            local = Path(folder) / "outputs"
            if not self.container.fetch(f"{FOLDER}/{request.outputs}", local):
                raise DeviceError(f"{self.name}: the app's outputs of {artifact.id} are not there")
            return ArtifactRun(result, load_outputs(load_golden(directory / "golden", length), local))

    def _result(self, request: WorkRequest, key: str, time_limit: float | None) -> WorkResult:
        answer = f"{FOLDER}/answer-{key}.json"
        text: str | None = None
        begin = time.monotonic()
        try:
            self.container.launch(["work", f"{FOLDER}/request-{key}.json", answer], time_limit)
        except DeviceError as error:
            if time_limit is not None and time.monotonic() - begin >= time_limit:
                raise DeviceError(
                    f"{self.name}: {request.artifact} at {request.sequence_length} tokens did not end within "
                    f"{time_limit:g} s and was ended there; allow more time, or restart the device if it hangs again"
                ) from error
            # What the app has to say about it is better than what devicectl says of its end.
            with suppress(DeviceError):
                text = self.container.read(answer)
            if text is None:
                raise
        text = text or self.container.read(answer)
        if text is None:
            raise DeviceError(
                f"{self.name}: the app ended without an answer about {request.artifact}; see its crash log in Xcode, "
                "Devices and Simulators"
            )
        return read_answer(self.name, "the app", INSTALL, request, text)


def _files(directory: Path, artifact: ArtifactInfo) -> dict[str, Path]:
    """Return what the app needs to run `artifact`, by name below its folder; InputError if something is missing."""
    golden = [f"golden/{length}.{kind}" for length in artifact.sequence_lengths for kind in ("json", "f32")]
    names = [MANIFEST, *golden, artifact.file]
    for name in names:
        if not (directory / name).exists():
            raise InputError(f"{directory / name}: missing; build the bundle again")
    return {f"{BUNDLE}/{name}": directory / name for name in names}
