"""An Android device over the system's adb: ``adb`` is the one that is attached, ``adb:SERIAL`` one of several.

adb's own variables hold: ANDROID_SERIAL names a device as ``adb:SERIAL`` does, ANDROID_ADB_SERVER_PORT and
ADB_SERVER_SOCKET its server. The server is left running, as adb always does.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial

from edge.child_process import Stage
from edge.devices.android_app import find_app, stop_app
from edge.devices.android_connection import AdbConnection
from edge.devices.android_debug_bridge import attached_devices, choose_device, find_adb
from edge.devices.android_properties import AndroidProperties, read_properties, with_properties
from edge.devices.android_state import read_android_state
from edge.devices.android_visit import AndroidVisit
from edge.devices.information import DeviceInformation
from edge.devices.posix_probe import identity_of, parse_probe, probe_command
from edge.devices.remote_folder import RemoteFolder, open_folder
from edge.devices.remote_runtimes import why_not_natively
from edge.devices.runner_program import start_runner
from edge.errors import DeviceError, InputError
from edge.manifest import ArtifactInfo
from edge.runner import RunnerFolder, find_runner

# The reference app, and the C++ runner beside it for .pte files.
RUNNERS = ("app", "native")

# The one folder that a shell over adb may write and start programs in, and that apps may read.
BASE, FOLDER = "/data/local/tmp", "squeezebert-edge"

SERIAL_VARIABLE = "ANDROID_SERIAL"
PROBE_SECONDS = 60.0

# Processors that the native runner can be built for.
NATIVE_ARCHITECTURES = ("aarch64", "x86_64")


@contextmanager
def open_device(address: str, runner: str | None, stage: Stage, keep_files: bool = False) -> Iterator[AndroidVisit]:
    """Visit an Android device; `edge.devices.device.OpenDevice`.

    Parameters
    ----------
    address
        Its serial; empty for the only one.
    runner
        ``app`` (`edge.devices.android_app`) or ``native`` (`edge.runner`).

    Raises
    ------
    InputError
        If there is no adb, no such device or runner, or the app is not installed.
    DeviceError
        If the device cannot be reached, another visit is going on there, or the runner does not start.
    """
    chosen = runner or RUNNERS[0]
    if chosen not in RUNNERS:
        raise InputError(f"no runner '{runner}' for adb devices; choose {' or '.join(RUNNERS)}")
    adb = find_adb()
    serial = address or os.environ.get(SERIAL_VARIABLE, "")
    with stage("connect to adb" + (f":{serial}" if serial else "")):
        device = choose_device(attached_devices(adb), serial)
        connection = AdbConnection(adb, device.serial)
        properties = read_properties(connection)
        information = probe_android(connection, properties)
    with ExitStack() as visit:
        if chosen == "app":
            folder = visit.enter_context(open_folder(connection, BASE, FOLDER, keep_files))
            yield visit.enter_context(_app_visit(folder, information, stage))
        else:
            # Before the device is locked: building it may take minutes.
            files = _find_runner(information, properties, stage)
            folder = visit.enter_context(open_folder(connection, BASE, FOLDER, keep_files))
            yield _native_visit(folder, files, information, stage)


def probe_android(connection: AdbConnection, properties: AndroidProperties) -> DeviceInformation:
    """Look at the device.

    Raises
    ------
    DeviceError
        If it is gone, or its processor is not known.
    """
    found = parse_probe(connection.run(probe_command(), PROBE_SECONDS).stdout, "adb", connection.name)
    identity = None if properties.serial is None else identity_of("serial", properties.serial)
    state = read_android_state(connection)
    information = with_properties(found.information, properties, identity)
    temperature = information.temperature_c if state.temperature_c is None else state.temperature_c
    return information.model_copy(
        update={
            "runtimes": {},
            "temperature_c": temperature,
            "thermal_state": state.thermal_state,
            "throttled": state.throttled,
        }
    )


@contextmanager
def _app_visit(folder: RemoteFolder, information: DeviceInformation, stage: Stage) -> Iterator[AndroidVisit]:
    try:
        with stage(f"ask the app on {information.name}"):
            app = find_app(folder)
        known = information.model_copy(update={"runtimes": app.description.runtimes})
        yield AndroidVisit(folder, known, app.program)
    finally:
        # The script does it too, but not if it is killed.
        with suppress(DeviceError):
            stop_app(folder.connection)


def _find_runner(information: DeviceInformation, properties: AndroidProperties, stage: Stage) -> RunnerFolder:
    if information.architecture not in NATIVE_ARCHITECTURES:
        raise InputError(
            f"{information.name}: its programs are {information.architecture}; the native runner needs a 64-bit Android"
        )
    return find_runner("android" if properties.has_bionic else "linux", information.architecture, stage)


def _native_visit(
    folder: RemoteFolder, runner: RunnerFolder, information: DeviceInformation, stage: Stage
) -> AndroidVisit:
    program, known = start_runner(folder, runner.files, information, stage)
    return AndroidVisit(folder, known, replace(program, why_not=partial(_why_not_natively, known)))


def _why_not_natively(information: DeviceInformation, artifact: ArtifactInfo) -> str | None:
    if artifact.format == "tflite":
        return f"{information.name}: the native runner runs .pte only, not .tflite; use --runner app"
    return why_not_natively(artifact, information)
