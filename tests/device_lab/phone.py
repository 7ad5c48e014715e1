"""A phone on a cable: adb's real daemon in a root with Android's shell and tools, and adb's real client and server."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError
from tests.device_lab.phone_machine import SERIAL, PhoneMachine
from tests.device_lab.phone_root import client_command

REPOSITORY = Path(__file__).parents[2]
# Seconds that no machine takes.
START_SECONDS = 300.0
STOP_SECONDS = 300.0

PROPERTIES = """ro.product.manufacturer=Squeeze
ro.product.model=Stand-in
ro.product.cpu.abilist=x86_64
ro.build.version.release=15
ro.build.version.sdk=35
ro.soc.manufacturer=
ro.soc.model=
ro.board.platform=laboratory
ro.serialno=0123456789
"""
SERVICES = {
    "properties": PROPERTIES,
    "thermalservice": "Thermal Status: 0\nCurrent temperatures from HAL:\n"
    "\tTemperature{mValue=41.5, mType=0, mName=CPU, mStatus=0}\nCurrent cooling devices from HAL:\n",
    "battery": "Current Battery Service state:\n  level: 80\n  temperature: 300\n",
    "power": "  mWakefulness=Asleep\n",
    "settings-global": "low_power=0\n",
}

# The reference app's stand-in is the native runner; only what starts it is not Android's. Its outputs lie beside the
# answer, as the app's do, and are there before it.
ACTIVITY_PROGRAM = """\
answer=$1
request=$2
mkdir -p "${answer%/*}"
if [ -z "$request" ]; then
    cp "${0%/*}/description.json" "$answer"
    exit
fi
"${0%/*}/runner/squeezebert-edge-runner" --request "$request" --answer "$answer.part"
mv "${request%/*}/outputs.f32" "${answer%/*}/outputs.f32"
mv "$answer.part" "$answer"
"""


@dataclass(frozen=True)
class Phone:
    """A running phone.

    Attributes
    ----------
    folder
        Its files on this machine.
    """

    folder: Path
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        """``/data`` of the phone, as this machine sees it."""
        return self.folder / "data"

    @property
    def services(self) -> Path:
        """What the phone's services answer, a file each."""
        return self.data / "services"

    @property
    def work_folder(self) -> Path:
        """Where squeezebert-edge works; not there between visits."""
        return self.data / "local/tmp/squeezebert-edge"

    @property
    def shared_storage(self) -> Path:
        """``/sdcard`` of the phone, as this machine sees it."""
        return self.data / "media/0"

    def adb(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run adb as a user of this machine does."""
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            ["adb", *words],
            capture_output=True,
            text=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=START_SECONDS,
        )

    def unplug(self) -> None:
        """Pull the cable out; what runs on the phone is told nothing."""
        self.adb("disconnect", SERIAL)

    def plug_in(self) -> None:
        """Put the cable in again."""
        self.adb("connect", SERIAL)

    def processes(self) -> list[str]:
        """Return the command lines of what runs on the phone beside adb."""
        lines = self.adb("-s", SERIAL, "shell", "ps -A -o ARGS=").stdout.splitlines()
        known = ("adbd", "python", "ps -A", "ld-linux", "[")
        return [line.strip() for line in lines if line.strip() and not any(name in line for name in known)]

    def install_app(self, package: str, activity: str, runner: Path, description: str) -> None:
        """Install an app whose activity is the native runner of the folder `runner`."""
        app = self.data / "app" / package
        shutil.copytree(runner, app / "runner")
        (app / "description.json").write_text(description, encoding="utf-8")
        (app / activity).write_text(ACTIVITY_PROGRAM, encoding="utf-8")
        (app / activity).chmod(0o755)


@contextmanager
def start_phone(root: Path, folder: Path, storage_bytes: int | None = None) -> Iterator[Phone]:
    """Start a phone and plug it in; it ends with the context, or with this process.

    Parameters
    ----------
    folder
        For its files; it is made, and keeps the log.
    storage_bytes
        Of `PhoneMachine`.

    Raises
    ------
    InputError
        If this machine cannot run it, in one line.
    """
    for name in ("data/local/tmp", "data/services", "data/app", "data/media/0", "sys", "home", "bin"):
        (folder / name).mkdir(parents=True)
    for name, text in SERVICES.items():
        (folder / "data/services" / name).write_text(text, encoding="utf-8")
    wrapper = folder / "bin" / "adb"
    wrapper.write_text(f'#!/bin/sh\nexec {" ".join(client_command(root))} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="phone-", dir="/tmp") as short:
        socket = Path(short) / "adb"
        machine = PhoneMachine(
            root=str(root),
            data=str(folder / "data"),
            system=str(folder / "sys"),
            socket=str(socket),
            home=str(folder / "home"),
            storage_bytes=storage_bytes,
        )
        machine.write(folder / "phone.json")
        environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "ADB_SERVER_SOCKET": f"localfilesystem:{socket}",
        }
        phone = Phone(folder, environment)
        process = _start(folder)
        try:
            _wait_for(phone, process, socket, folder / "phone.log")
            yield phone
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(STOP_SECONDS)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.device_lab.phone_machine", str(folder / "phone.json")]
    with (folder / "phone.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            start_new_session=True,
        )


def _wait_for(phone: Phone, process: subprocess.Popen[bytes], socket: Path, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        # A client without a server would start one on this machine.
        if socket.exists():
            phone.plug_in()
            if phone.adb("-s", SERIAL, "get-state").stdout.strip() == "device":
                return
        time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
    raise InputError(f"no phone here: {lines[-1]}")
