"""The reference app for Android as a device program, started by `am` and answering in files.

What the app does, besides what `edge.devices.work` asks of every device program:

- Its package is `PACKAGE`, and `ACTIVITY` is exported with ``android:permission="android.permission.DUMP"``: the
  shell of adb has that permission, other apps do not. It shows over the lock screen and keeps the screen on.
- It is started in a new process by ``am start -W -n PACKAGE/ACTIVITY --es request PATH --es answer PATH``.
- ``request`` is a `edge.devices.work.WorkRequest`; it and the bundle lie in /data/local/tmp, which apps can read (AOSP,
  system/sepolicy/private/untrusted_app_all.te: ``shell_data_file:file r_file_perms``) and not write. What adb pushes to
  the app's own folder in the shared storage would belong to the shell, and from Android 11 on the app cannot read it.
- ``answer`` is a path in its ``getExternalFilesDir(null)``, in a folder that the app makes; the app refuses any other.
  It writes a `edge.devices.work.Answer` there: beside its name first, then renamed. The request's ``outputs``, where it
  is relative, is relative to the answer's folder and not to the request's, and is complete before the answer is there.
- Without ``request`` it writes a `AppDescription` to ``answer``: which runtimes it has.
- If its screen is closed, or away for two seconds, it ends with a DeviceError in the answer: Android slows down what
  runs in the background.
- Then it finishes. It reports errors in the answer, with the names of `edge.errors`, and never by ending without one.
  It keeps no copy of a bundle.
- ``before`` and ``after`` of the timing are PowerManager's thermal status (throttled from LIGHT on) and the battery's
  temperature where it cannot read a better one; ``peak_rss_mb`` is VmHWM of /proc/self/status.

``android_app.sh`` is the other side of it, on the device.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from edge.artifact import Strict
from edge.devices.connection import Connection
from edge.devices.device_answer import other_version
from edge.devices.remote_folder import RemoteFolder
from edge.devices.remote_program import ANSWER, REQUEST, RemoteProgram
from edge.devices.work import WORK_VERSION
from edge.errors import DeviceError, InputError
from edge.manifest import ArtifactInfo
from edge.runtimes.minimum import is_older

PACKAGE = "org.squeezebert.edge"
ACTIVITY = ".BenchActivity"

# Where the app writes, in its folder of the shared storage.
WRITTEN = f"/sdcard/Android/data/{PACKAGE}/files/squeezebert-edge"

SCRIPT = Path(__file__).with_name("android_app.sh")
SCRIPT_NAME = "android_app.sh"

# The app has to start, no more.
DESCRIBE_SECONDS = 60.0

INSTALL = "build and install it as android_demo/README.md says, or use --runner native for .pte files"

# Which of the app's runtimes runs artifacts of a format, and with which backends; bundles that are older than backends
# have none.
RUNTIMES = {"executorch": "executorch", "tflite": "ai-edge-litert"}
BACKENDS = ("", "xnnpack")


class AppDescription(Strict):
    """What the installed app says of itself.

    Attributes
    ----------
    schema_version
        Of `edge.devices.work`.
    program
        Name and version of the app.
    runtimes
        Version of each runtime in it, by the names of a manifest's ``minimum_runtime``: ``executorch``,
        ``ai-edge-litert``.
    """

    schema_version: Literal[1] = WORK_VERSION
    program: str
    runtimes: dict[str, str]


@dataclass(frozen=True)
class App:
    """The installed app.

    Attributes
    ----------
    name
        The device's, for messages.
    """

    name: str
    description: AppDescription

    def why_not(self, artifact: ArtifactInfo) -> str | None:
        """Return None if the app runs `artifact` right, else why not and what to do, in one line."""
        reason = self._why_not(artifact)
        return None if reason is None else f"{self.name}: {reason}"

    def _why_not(self, artifact: ArtifactInfo) -> str | None:
        runtime = RUNTIMES.get(artifact.format)
        if runtime is None or artifact.backend not in BACKENDS:
            return f"the Android app does not run {artifact.format} artifacts for {artifact.backend or 'any backend'}"
        version = self.description.runtimes.get(runtime)
        if version is None:
            return f"the installed app has no {runtime}; {INSTALL}"
        needed = artifact.minimum_runtime.get(runtime)
        if needed is None or is_older(version, needed):
            wanted = f"at least {needed}" if needed is not None else "another runtime"
            return f"the app's {runtime} {version} does not compute this artifact right, it needs {wanted}; {INSTALL}"
        return None

    @property
    def program(self) -> RemoteProgram:
        """The app as what runs in a visit's work folder."""
        return RemoteProgram("the Android app", _command(REQUEST), {}, self.why_not, INSTALL)


def find_app(folder: RemoteFolder) -> App:
    """Ask the installed app what it is; puts the script that starts it into `folder`.

    Raises
    ------
    InputError
        If it is not installed, or speaks another version.
    DeviceError
        If it does not start, or the device is gone.
    """
    connection = folder.connection
    if connection.run(f"pm path {PACKAGE}", DESCRIBE_SECONDS).status != 0:
        raise InputError(f"{connection.name}: the app {PACKAGE} is not installed; {INSTALL}")
    folder.write(SCRIPT_NAME, SCRIPT.read_text(encoding="utf-8"))
    finished = connection.run(f"cd {shlex.quote(folder.path)} && {_command('')}", DESCRIBE_SECONDS)
    text = folder.read(ANSWER)
    if text is None:
        lines = finished.stderr.strip().splitlines() or ["it does not say why"]
        raise DeviceError(f"{connection.name}: {lines[-1].strip()}")
    folder.remove(ANSWER)
    try:
        return App(connection.name, AppDescription.model_validate_json(text))
    except ValidationError as error:
        name = connection.name
        raise InputError(f"{name}: the app's description is not of {other_version(error)}: {INSTALL}") from error


def stop_app(connection: Connection) -> None:
    """End the app, whatever it does, and remove what it wrote for a visit."""
    connection.run(f"am force-stop {PACKAGE}; rm -rf {WRITTEN}", DESCRIBE_SECONDS)


def _command(request: str) -> str:
    return f"exec sh {SCRIPT_NAME} {PACKAGE} {ACTIVITY} {WRITTEN} {shlex.quote(request)}"
