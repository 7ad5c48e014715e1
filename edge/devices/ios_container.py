"""The app on an iPhone or iPad and its data container: files there and back, and launches that are waited for."""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.checksums import sha256
from edge.devices.ios_app import FOLDER, INSTALL, AppDescription, parse_description
from edge.devices.ios_devicectl import Devicectl
from edge.errors import DeviceError, InputError

# What lies in `FOLDER` with its SHA-256, as far as it came from here; written after the files themselves.
PUSHED = "pushed.json"

DESCRIBE_SECONDS = 120.0
# A slow cable moves 20 MB/s; an app's files are a few hundred at most.
COPY_SECONDS = 600.0
# Without a limit, devicectl's own would be none; this is one that no run reaches.
LONGEST_RUN_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Container:
    """The app's data container; every method raises DeviceError if the device cannot be reached.

    Attributes
    ----------
    name
        The device's, for messages.
    identifier
        The device's, for commands.
    app
        The app's bundle identifier.
    """

    devicectl: Devicectl
    name: str
    identifier: str
    app: str

    def check_unlocked(self) -> None:
        """Raise DeviceError if the device is locked; one that does not tell is taken for unlocked."""
        if self._info("lockState").get("passcodeRequired") is True:
            raise DeviceError(f"{self.name}: it is locked: unlock it, keep its screen on, and run again")

    def check_installed(self) -> None:
        """Raise InputError if the app is not installed."""
        if self._installed() is None:
            raise InputError(f"{self.name}: the app {self.app} is not installed; {INSTALL}")

    def describe(self) -> AppDescription:
        """Ask the app what it is."""
        answer = f"{FOLDER}/description-{secrets.token_hex(4)}.json"
        self.launch(["describe", answer], DESCRIBE_SECONDS)
        text = self.read(answer)
        if text is None:
            raise DeviceError(f"{self.name}: the app {self.app} does not describe itself; {INSTALL}")
        return parse_description(self.name, text)

    def put(self, files: Mapping[str, Path]) -> list[str]:
        """Copy those files that are not there yet to `FOLDER`.

        Parameters
        ----------
        files
            Files or folders by their names below `FOLDER`.

        Returns
        -------
        list of str
            What was copied.
        """
        wanted = {name: sha256(path) for name, path in files.items()}
        there = self._pushed()
        missing = [name for name in wanted if there.get(name) != wanted[name]]
        if missing:
            with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
                draft = Path(name) / "files"
                for each in missing:
                    target = draft / each
                    target.parent.mkdir(parents=True, exist_ok=True)
                    copy = shutil.copytree if files[each].is_dir() else shutil.copyfile
                    copy(files[each], target)
                self._copy_to(draft)
                # Only what is complete is noted.
                record = Path(name) / "record"
                record.mkdir()
                (record / PUSHED).write_text(json.dumps({**there, **wanted}), encoding="utf-8")
                self._copy_to(record)
        return missing

    def write(self, name: str, text: str) -> None:
        """Write a small text file below `FOLDER`."""
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
            (Path(folder) / "files").mkdir()
            (Path(folder) / "files" / name).write_text(text, encoding="utf-8")
            self._copy_to(Path(folder) / "files")

    def fetch(self, source: str, local: Path) -> bool:
        """Copy a file of the container here; return whether it was there."""
        words = ["device", "copy", "from", *self._place(), "--source", source, "--destination", str(local)]
        try:
            self.devicectl.run(self.name, words, time_limit=COPY_SECONDS)
        except DeviceError:
            # Whether it is the file or the device that is not there, the device says.
            self._info("lockState")
            return False
        # Some versions take the destination for a folder.
        nested = local / os.path.basename(source)
        if nested.is_file():
            shutil.move(nested, local.with_name(f"{local.name}.file"))
            shutil.rmtree(local)
            local.with_name(f"{local.name}.file").rename(local)
        return local.is_file()

    def read(self, source: str) -> str | None:
        """Return a small text file of the container; None if there is none."""
        with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
            local = Path(folder) / "file"
            return local.read_text(encoding="utf-8") if self.fetch(source, local) else None

    def launch(self, arguments: Sequence[str], time_limit: float | None) -> None:
        """Launch the app in a new process and wait for its end.

        Raises
        ------
        DeviceError
            If it does not start, or does not end within `time_limit` seconds: it is ended then.
        """
        words = ["device", "process", "launch", "--device", self.identifier, "--console", "--terminate-existing"]
        limit = LONGEST_RUN_SECONDS if time_limit is None else time_limit
        try:
            self.devicectl.run(self.name, words, [self.app, *arguments], limit)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the app if it runs."""
        place = self._installed()
        processes = self._info("processes").get("runningProcesses")
        for process in processes if isinstance(processes, list) and place is not None else []:
            if isinstance(process, dict) and str(process.get("executable", "")).startswith(place or "/"):
                words = ["device", "process", "terminate", "--device", self.identifier, "--kill"]
                self.devicectl.run(self.name, [*words, "--pid", str(process.get("processIdentifier"))])

    def leave(self, keep_files: bool) -> None:
        """End the app, and have it remove its files first unless they are to stay."""
        if not keep_files:
            self.launch(["clean"], DESCRIBE_SECONDS)
        self.stop()

    def _pushed(self) -> dict[str, str]:
        try:
            record = json.loads(self.read(f"{FOLDER}/{PUSHED}") or "{}")
        except ValueError:
            return {}
        return record if isinstance(record, dict) else {}

    def _installed(self) -> str | None:
        """Return where the app's programs lie, as devicectl writes it; None if it is not installed."""
        apps = self._info("apps", "--bundle-id", self.app).get("apps")
        found = [app for app in apps if isinstance(app, dict)] if isinstance(apps, list) else []
        places = [app.get("url") for app in found if app.get("bundleIdentifier") == self.app]
        return next((place for place in places if isinstance(place, str) and place), None)

    def _info(self, subject: str, *options: str) -> dict[str, Any]:
        return self.devicectl.run(self.name, ["device", "info", subject, "--device", self.identifier, *options])

    def _copy_to(self, folder: Path) -> None:
        """Lay a local folder's files over `FOLDER`; what else is there stays."""
        words = ["device", "copy", "to", *self._place(), "--source", str(folder), "--destination", FOLDER]
        self.devicectl.run(self.name, words, time_limit=COPY_SECONDS)

    def _place(self) -> list[str]:
        domain = ["--domain-type", "appDataContainer", "--domain-identifier", self.app]
        return ["--device", self.identifier, *domain]
