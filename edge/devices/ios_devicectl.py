"""Xcode's devicectl: one command, one JSON document, and its errors in one line.

Written against ``devicectl help`` of Xcode 15 to 26, which says: "Automation and integration with other tools is
supported via JSON output captured to a file, which is versioned and will remain stable across releases." It has not
been run with a device: this project's tests have none.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import DeviceError, InputError

# For commands that neither copy nor run anything.
SHORT_SECONDS = 60.0

# devicectl ends itself after its --timeout; this much later, in seconds, it is ended.
GRACE_SECONDS = 15.0

# Domains and codes of errors that devicectl passes on (Apple's CoreDevice and FrontBoard).
NOT_FOUND = ("com.apple.dt.CoreDeviceError", 1000)
UNTRUSTED = ("FBSOpenApplicationErrorDomain", 3)
LOCKED = ("FBSOpenApplicationErrorDomain", 7)

REMEDIES = {
    NOT_FOUND: "it is not there: plug it in, unlock it, and see 'xcrun devicectl list devices'",
    UNTRUSTED: "it does not trust the app's developer: Settings, General, VPN & Device Management",
    LOCKED: "it is locked: unlock it, keep its screen on, and run again",
}


@dataclass(frozen=True)
class Devicectl:
    """The program.

    Attributes
    ----------
    xcrun
        What starts the one of the Xcode that is selected.
    """

    xcrun: Path

    def run(
        self, name: str, words: Sequence[str], arguments: Sequence[str] = (), time_limit: float = SHORT_SECONDS
    ) -> dict[str, Any]:
        """Run ``devicectl WORDS ... ARGUMENTS`` and return the result of its document.

        Parameters
        ----------
        name
            The device as the user named it, for messages.
        arguments
            What has to stand at the end.
        time_limit
            In seconds.

        Raises
        ------
        DeviceError
            If the command fails or does not end.
        """
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
            document = Path(folder) / "result.json"
            options = ["--quiet", "--timeout", f"{time_limit:.0f}", "--json-output", str(document)]
            command = [str(self.xcrun), "devicectl", *words, *options, *arguments]
            printed = _finish(name, command, time_limit + GRACE_SECONDS)
            try:
                text = document.read_text(encoding="utf-8")
            except OSError:
                text = ""
        return parse_result(name, text, printed)


def find_devicectl() -> Devicectl:
    """Return this Mac's devicectl.

    Raises
    ------
    InputError
        If this is no Mac, or Xcode is missing or too old.
    """
    if sys.platform != "darwin":
        raise InputError("iPhones and iPads are reached through Xcode, which is on macOS only; run this on a Mac")
    xcrun = shutil.which("xcrun")
    if xcrun is None or subprocess.run([xcrun, "--find", "devicectl"], capture_output=True).returncode != 0:
        raise InputError(
            "devicectl is missing: install Xcode 15 or newer and select it with 'sudo xcode-select -s "
            "/Applications/Xcode.app'"
        )
    return Devicectl(Path(xcrun))


def parse_result(name: str, text: str, printed: str) -> dict[str, Any]:
    """Return the result in a document of devicectl.

    Parameters
    ----------
    printed
        What it printed, for where there is no document.

    Raises
    ------
    DeviceError
        If the command failed, in one line.
    """
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    if not isinstance(document, dict):
        raise DeviceError(f"{name}: devicectl failed: {lines[-1] if lines else 'it does not say why'}")
    result = document.get("result")
    info = document.get("info")
    if isinstance(info, dict) and info.get("outcome") == "success" and isinstance(result, dict):
        return result
    raise DeviceError(f"{name}: {_reason(document.get('error'), lines)}")


def _reason(error: object, lines: Sequence[str]) -> str:
    """Return what to do about an error, else its innermost description."""
    description = lines[-1] if lines else "devicectl failed and does not say why"
    while isinstance(error, dict):
        remedy = REMEDIES.get((str(error.get("domain")), error.get("code")))  # type: ignore[arg-type]
        if remedy is not None:
            return remedy
        information = error.get("userInfo")
        if not isinstance(information, dict):
            break
        localized = information.get("NSLocalizedDescription")
        if isinstance(localized, dict) and isinstance(localized.get("string"), str) and localized["string"].strip():
            description = " ".join(localized["string"].split())
        underlying = information.get("NSUnderlyingError")
        error = underlying.get("error") if isinstance(underlying, dict) else None
    return f"devicectl failed: {description}"


def _finish(name: str, command: Sequence[str], time_limit: float) -> str:
    """Run a command to its end and return what it printed, both streams."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # An interrupt is for this process, which then ends things in their order.
            start_new_session=True,
        )
    except OSError as error:
        raise DeviceError(f"{name}: {command[0]} cannot be started ({error.strerror})") from error
    with process:
        try:
            printed, _ = process.communicate(timeout=time_limit)
        except BaseException as error:
            # It passes this on to the app that it waits for.
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise DeviceError(f"{name}: devicectl did not end within {time_limit:.0f} s") from error
            raise
    return printed
