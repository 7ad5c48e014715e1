"""An iPhone or iPad over Xcode's devicectl, on macOS: ``ios`` is the one that is connected, ``ios:UDID`` another.

The commands are those of ``xcrun devicectl help``: ``list devices``; ``device info`` ``lockState``, ``apps`` and
``processes``; ``device copy`` ``to`` and ``from`` the app's data container; ``device process`` ``launch`` and
``terminate``. **No run with a device has been done**: this project's tests have none. Parsers and command lines are
tested with documented examples, and the visit against a program that keeps a container in a folder.

``--remove-existing-content`` is never passed: it is known to empty more than the destination. What is no longer wanted,
the app removes (`edge.devices.ios_app`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from edge.child_process import Stage
from edge.devices.host_lock import measuring_alone
from edge.devices.information import DeviceInformation
from edge.devices.ios_app import App, bundle_identifier
from edge.devices.ios_container import Container
from edge.devices.ios_devicectl import find_devicectl
from edge.devices.ios_devices import IOSDevice, choose_device, parse_devices
from edge.devices.ios_visit import IOSVisit
from edge.devices.posix_probe import identity_of
from edge.errors import DeviceError, InputError

RUNNERS = ("app",)

# ProcessInfo.ThermalState at which iOS holds clocks down; ``fair`` is only a warning.
THROTTLED = ("serious", "critical")


@contextmanager
def open_device(address: str, runner: str | None, stage: Stage, keep_files: bool = False) -> Iterator[IOSVisit]:
    """Visit an iPhone or iPad; `edge.devices.device.OpenDevice`.

    Two visits from one Mac keep out of each other's way; a second Mac would end the app of the first.

    Raises
    ------
    InputError
        If this is no Mac with Xcode, there is no such device or runner, or the app is not installed.
    DeviceError
        If the device is locked or cannot be reached, or another visit is going on from here.
    """
    if (runner or RUNNERS[0]) not in RUNNERS:
        raise InputError(f"no runner '{runner}' for ios devices; choose {' or '.join(RUNNERS)}")
    devicectl = find_devicectl()
    with measuring_alone():
        with stage("connect to ios" + (f":{address}" if address else "")):
            device = choose_device(parse_devices(devicectl.run("ios", ["list", "devices"])), address)
            container = Container(devicectl, f"ios:{device.udid}", device.identifier, bundle_identifier())
            container.check_unlocked()
            container.check_installed()
        try:
            with stage(f"ask the app on {container.name}"):
                app = App(container.describe(), device.system_version)
            yield IOSVisit(container, _information(container, device, app), app)
        except BaseException:
            # What went wrong first is what the user has to read.
            with suppress(DeviceError):
                container.leave(keep_files)
            raise
        container.leave(keep_files)


def _information(container: Container, device: IOSDevice, app: App) -> DeviceInformation:
    said = app.description
    return DeviceInformation(
        kind="ios",
        name=container.name,
        identity=identity_of("udid", device.udid),
        model=device.model,
        # Every device that iOS 17 runs on.
        architecture="aarch64",
        cores=said.cores,
        memory_mb=said.memory_mb,
        system=f"iOS {device.system_version}",
        runtimes={**said.runtimes, "iOS": device.system_version},
        thermal_state=said.thermal_state,
        throttled=said.thermal_state in THROTTLED,
    )
