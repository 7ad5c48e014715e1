"""The system's adb: where it is, which devices it sees, and which of them is meant."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.errors import DeviceError, InputError

# Where Android Studio and the command-line tools put it (https://developer.android.com/tools/variables#envar).
SDK_VARIABLES = ("ANDROID_HOME", "ANDROID_SDK_ROOT")

# The server may have to be started first, and look for devices.
LIST_SECONDS = 30.0

# What `adb devices -l` calls the states of a device (transport.cpp, ConnectionState); the state of one that this user
# may not open carries its reason in the same column.
STATES = (
    "device|offline|unauthorized|authorizing|connecting|recovery|rescue|sideload|bootloader|host|detached|unknown"
    "|no permissions.*?"
)
LINE = re.compile(rf"(?P<serial>\S.*?)\s+(?P<state>{STATES})(?P<facts>(?:\s+\S+:\S*)*)\s*")


@dataclass(frozen=True)
class AttachedDevice:
    """A line of `adb devices -l`.

    Attributes
    ----------
    state
        ``device`` if it can be used.
    model
        As Android names it, with ``_`` for blanks; None where adb does not know it.
    """

    serial: str
    state: str
    model: str | None = None

    def __str__(self) -> str:
        facts = [*([self.model] if self.model is not None else []), *([self.state] if self.state != "device" else [])]
        return f"{self.serial} ({', '.join(facts)})" if facts else self.serial


def find_adb() -> Path:
    """Return the system's adb: of PATH, else of the Android SDK.

    Raises
    ------
    InputError
        If there is none.
    """
    folders = [str(Path(os.environ[name]) / "platform-tools") for name in SDK_VARIABLES if os.environ.get(name)]
    found = shutil.which("adb") or shutil.which("adb", path=os.pathsep.join(folders))
    if found is None:
        raise InputError(
            "adb is not on this machine: install Android's platform tools (Debian: apt install adb; macOS: brew "
            "install android-platform-tools), then plug the phone in"
        )
    return Path(found)


def attached_devices(adb: Path) -> list[AttachedDevice]:
    """Return what adb's server sees; it is started if it does not run, on the port of ANDROID_ADB_SERVER_PORT.

    Raises
    ------
    DeviceError
        If adb cannot reach or start its server.
    """
    command = [str(adb), "devices", "-l"]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=LIST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DeviceError(f"adb did not answer within {LIST_SECONDS:.0f} s; try 'adb kill-server'") from error
    except OSError as error:
        raise InputError(f"{adb}: cannot be started ({error.strerror})") from error
    if done.returncode != 0:
        raise DeviceError(f"adb cannot list devices: {last_line(done.stderr)}; try 'adb kill-server'")
    return parse_devices(done.stdout.decode(errors="replace"))


def parse_devices(text: str) -> list[AttachedDevice]:
    """Return the devices that `adb devices -l` printed, in its order."""
    devices = []
    for line in text.splitlines():
        # The server tells of its start in lines with a star.
        match = None if line.startswith(("*", "List of devices")) else LINE.fullmatch(line)
        if match is not None:
            facts = dict(fact.split(":", 1) for fact in match["facts"].split())
            devices.append(AttachedDevice(match["serial"], match["state"], facts.get("model") or None))
    return devices


def choose_device(attached: Sequence[AttachedDevice], serial: str) -> AttachedDevice:
    """Return the device that is meant, ready to be used.

    Parameters
    ----------
    serial
        Of the user's ``adb:SERIAL`` or of ANDROID_SERIAL; empty for the only one.

    Raises
    ------
    InputError
        If it is not there, several are, or it does not take commands; in one line, with what to do.
    """
    listed = ", ".join(str(device) for device in attached)
    if not attached:
        raise InputError(
            "adb sees no device: plug one in with a cable that carries data and switch USB debugging on (Settings, "
            "Developer options)"
        )
    if not serial and len(attached) > 1:
        raise InputError(f"adb sees several devices, name one with --device adb:SERIAL: {listed}")
    found = [device for device in attached if not serial or device.serial == serial]
    if not found:
        raise InputError(f"adb sees no device {serial}, only {listed}")
    (device,) = found
    if device.state != "device":
        raise InputError(f"adb:{device.serial} is {device.state}: {_remedy(device.state)}")
    return device


def _remedy(state: str) -> str:
    if state.startswith("no permissions"):
        return "on Linux, install udev rules (Debian: android-sdk-platform-tools-common), then 'adb kill-server'"
    remedies = {
        "unauthorized": "unlock the screen and allow USB debugging from this computer",
        "authorizing": "unlock the screen and allow USB debugging from this computer",
        "offline": "unplug and plug it in again, or try 'adb reconnect'",
        "connecting": "wait a moment and run again",
        "recovery": "start Android on it first",
        "rescue": "start Android on it first",
        "sideload": "start Android on it first",
        "bootloader": "start Android on it first",
    }
    return remedies.get(state, "try 'adb kill-server', then run again")


def last_line(output: bytes) -> str:
    """Return the last line that a program printed, for a message of one line."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("adb: ").removeprefix("error: ") if lines else "no message"
