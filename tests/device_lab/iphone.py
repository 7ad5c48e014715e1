"""An iPhone behind a program that takes devicectl's documented command lines; no part of it is Apple's.

Its container is a folder, and its app is `edge.devices.worker`, or another program that it is given. So it shows that
files, launches and answers fit together, and says nothing of what devicectl does with a real device.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.devices.ios_app import FOLDER
from tests.device_lab.devicectl import REPOSITORY

UDID = "00008130-000A1B2C3D4E001E"

DEVICE = {
    "connectionProperties": {"pairingState": "paired", "transportType": "wired", "tunnelState": "connected"},
    "deviceProperties": {"developerModeStatus": "enabled", "name": "Somebody's iPhone", "osVersionNumber": "18.2"},
    "hardwareProperties": {
        "deviceType": "iPhone",
        "marketingName": "iPhone 15 Pro",
        "platform": "iOS",
        "productType": "iPhone16,1",
        "reality": "physical",
        "udid": UDID,
    },
    "identifier": "5B4C4E0B-0000-4000-8000-00000000A001",
}
DESCRIPTION = {
    "schema_version": 1,
    "program": "squeezebert-edge for iOS 0.1.0",
    "runtimes": {"executorch": "1.5.1"},
    "cores": [{"count": 2, "part": "Performance"}, {"count": 4, "part": "Efficiency"}],
    "memory_mb": 8000.0,
    "thermal_state": "nominal",
}

PROGRAM = """#!/bin/sh
PYTHONPATH='{repository}' exec '{python}' -m tests.device_lab.devicectl '{folder}' "$@"
"""


@dataclass(frozen=True)
class IPhone:
    """An iPhone.

    Attributes
    ----------
    folder
        Its files on this machine.
    """

    folder: Path

    @property
    def xcrun(self) -> Path:
        """What stands for Xcode's program."""
        return self.folder / "xcrun"

    @property
    def container(self) -> Path:
        """The app's data container."""
        return self.folder / "container"

    @property
    def files(self) -> Path:
        """What squeezebert-edge has in the app's container."""
        return self.container / FOLDER

    def calls(self) -> list[list[str]]:
        """Return the words of every command so far."""
        return [json.loads(line) for line in (self.folder / "calls").read_text(encoding="utf-8").splitlines()]

    def set(self, name: str, value: Any) -> None:
        """Change what the device is: ``locked``, ``apps``, ``devices``.

        ``app`` is what its app does when it is launched; ``launcher`` the words that start another program for it.
        """
        state = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        (self.folder / "state.json").write_text(json.dumps({**state, name: value}), encoding="utf-8")


def make_iphone(folder: Path, app: str) -> IPhone:
    """Return an unlocked iPhone with the app of the bundle identifier `app`; `folder` is made."""
    (folder / "container/Documents").mkdir(parents=True)
    state = {
        "locked": False,
        "apps": [app],
        "devices": [DEVICE],
        "app": "works",
        "description": DESCRIPTION,
        "clean": FOLDER,
        "launcher": [],
    }
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    (folder / "calls").touch()
    program = folder / "xcrun"
    text = PROGRAM.format(python=sys.executable, repository=REPOSITORY, folder=folder)
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    return IPhone(folder)
