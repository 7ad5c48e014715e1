"""A visit to an Android device: what its services say of heat and power stands beside what its programs measure."""

from dataclasses import dataclass
from pathlib import Path

from edge.child_process import Stage
from edge.devices.android_state import AndroidState, read_android_state
from edge.devices.artifact_run import ArtifactRun
from edge.devices.device import Work
from edge.devices.remote_visit import RemoteVisit
from edge.devices.work import DeviceState, WorkResult
from edge.manifest import ArtifactInfo


@dataclass(frozen=True)
class AndroidVisit(RemoteVisit):
    """A `edge.devices.device.Device`."""

    def _run(self, directory: Path, artifact: ArtifactInfo, work: Work, stage: Stage) -> ArtifactRun:
        if work.rule is None:
            return super()._run(directory, artifact, work, stage)
        before = read_android_state(self.folder.connection)
        run = super()._run(directory, artifact, work, stage)
        after = read_android_state(self.folder.connection)
        return ArtifactRun(with_states(run.result, before, after), run.outputs)


def with_states(result: WorkResult, before: AndroidState, after: AndroidState) -> WorkResult:
    """Return `result` with what the services know and the program could not read."""
    if result.timing is None:
        return result
    update = {"before": _completed(result.timing.before, before), "after": _completed(result.timing.after, after)}
    return result.model_copy(update={"timing": result.timing.model_copy(update=update)})


def _completed(measured: DeviceState, asked: AndroidState) -> DeviceState:
    known = [throttled for throttled in (measured.throttled, asked.throttled) if throttled is not None]
    return DeviceState(
        temperature_c=asked.temperature_c if measured.temperature_c is None else measured.temperature_c,
        clock_mhz=measured.clock_mhz,
        throttled=any(known) if known else None,
    )
