"""The reference app for iOS as a device program, started by devicectl and answering in its Documents folder.

What the app does, besides what `edge.devices.work` asks of every device program:

- Its bundle identifier is `BUNDLE_IDENTIFIER`, or what `VARIABLE` names: who signs it may have to choose another.
- Paths below are relative to its data container. `FOLDER` is the app's for this: it makes it if it is not there.
- Launched with the arguments ``work REQUEST ANSWER`` it does the `edge.devices.work.WorkRequest` at REQUEST without its
  user interface, writes a `edge.devices.work.Answer` to ANSWER (beside its name first, then renamed) and exits. The
  bundle, and ``outputs`` of the request, are relative to the request's folder; the outputs are complete before the
  answer is there.
- Launched with ``describe ANSWER`` it writes a `AppDescription`; with ``clean`` it removes `FOLDER`. Then it exits.
- It checks the SHA-256 of every file of the bundle that it reads against the manifest, and answers an InputError that
  names the file: devicectl cannot compute checksums there.
- It keeps the screen on while it measures, and reports errors in the answer, with the names of `edge.errors`.
- ``before`` and ``after`` of the timing are ProcessInfo's thermal state (throttled from ``serious`` on);
  ``peak_rss_mb`` is the peak of ``phys_footprint``.

The words are no options, because devicectl takes for its own what begins with a hyphen (Feedback FB13259837).
"""

import os
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from edge.artifact import Strict
from edge.devices.device_answer import other_version
from edge.devices.information import CoreGroup
from edge.devices.work import WORK_VERSION
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.runtimes.minimum import is_older

BUNDLE_IDENTIFIER = "org.squeezebert.edge"
VARIABLE = "SQUEEZEBERT_EDGE_IOS_APP"
FOLDER = "Documents/squeezebert-edge"

INSTALL = f"build and install it as ios_demo/README.md says; {VARIABLE} names another bundle identifier"


class AppDescription(Strict):
    """What the installed app says of itself and of its device.

    Attributes
    ----------
    program
        Name and version of the app.
    runtimes
        Version of each runtime in it beside Core ML, by the names of a manifest's ``minimum_runtime``: ``executorch``.
    cores
        By performance level, as sysctl's ``hw.perflevel`` has them.
    memory_mb
        ProcessInfo's physical memory, in 10^6 bytes.
    thermal_state
        ``nominal``, ``fair``, ``serious`` or ``critical``.
    """

    schema_version: Literal[1] = WORK_VERSION
    program: str
    runtimes: dict[str, str]
    cores: list[CoreGroup]
    memory_mb: float
    thermal_state: str


@dataclass(frozen=True)
class App:
    """The installed app.

    Attributes
    ----------
    system_version
        Of iOS, which Core ML is part of.
    """

    description: AppDescription
    system_version: str

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if the app runs `artifact` right, else why not and what to do, in one line."""
        if artifact.format not in ("coreml", "executorch"):
            return f"the iOS app does not run {artifact.format} artifacts; build coreml or executorch"
        needed = artifact.minimum_runtime
        if artifact.format == "executorch":
            version = self.description.runtimes.get("executorch")
            if version is None:
                return f"the installed app has no executorch; {INSTALL}"
            if "executorch" not in needed or is_older(version, needed["executorch"]):
                return f"the app's executorch {version} does not compute this artifact right; {INSTALL}"
        system = needed.get("iOS")
        if "coreml" in (artifact.format, artifact.backend) and (
            system is None or is_older(self.system_version, system)
        ):
            wanted = f"iOS {system}" if system is not None else "another system"
            return f"it needs {wanted}, the device has iOS {self.system_version}; see --deployment-target of build"
        return None


def bundle_identifier() -> str:
    """Return the app's bundle identifier."""
    return os.environ.get(VARIABLE) or BUNDLE_IDENTIFIER


def parse_description(name: str, text: str) -> AppDescription:
    """Read what the app says of itself; InputError if it is of another version."""
    try:
        return AppDescription.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{name}: the app's description is not of {other_version(error)}: {INSTALL}") from error
