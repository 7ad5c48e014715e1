"""Where things lie in the device laboratory, and whether this machine can run it."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.aarch64.laboratory import DEFAULT_FOLDER
from tests.device_lab.namespaces import USER_IDS

# What an emulated machine starts with.
NAMESPACES_TRIED = (
    *("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "sh", "-c"),
    "mount -t proc none /proc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc",
)

FOLDER_VARIABLE = "SQUEEZEBERT_EDGE_DEVICE_LAB"


@dataclass(frozen=True)
class DeviceLab:
    """Where things lie in an installed laboratory."""

    folder: Path

    @property
    def emulator(self) -> Path:
        """A static qemu-aarch64."""
        return self.folder / "emulator" / "usr/bin/qemu-aarch64"

    @property
    def root(self) -> Path:
        """Debian for AArch64, as a Raspberry Pi has it."""
        return self.folder / "raspberry-pi"

    @property
    def client(self) -> Path:
        """Folder with OpenSSH's ``ssh`` and ``ssh-keygen`` for this machine; not there if it has them itself."""
        return self.folder / "ssh-client" / "bin"

    @property
    def environment(self) -> Path:
        """Virtual environment for AArch64, of `ENVIRONMENT` on boards, with what pip takes for squeezebert-edge."""
        return self.folder / "raspberry-pi-environment"


def default_folder() -> Path:
    """Return build/device-lab, or what the environment names."""
    return Path(os.environ.get(FOLDER_VARIABLE, DEFAULT_FOLDER)).absolute()


def why_not() -> str | None:
    """Return None if an emulated machine can run on this one, else what is missing, in one line."""
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        return f"the device laboratory runs on Linux x86_64, this machine is {machine}"
    users = sum(int(line.split()[2]) for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines())
    if os.geteuid() != 0 or users < USER_IDS:
        return f"the device laboratory needs root over {USER_IDS} users, for user namespaces like this machine's"
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return "the device laboratory needs a Debian system: apt-get and dpkg-deb are missing"
    tried = subprocess.run(NAMESPACES_TRIED, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode != 0:
        words = " ".join(tried.stderr.split())
        return f"the device laboratory needs user namespaces with a binfmt_misc of their own (Linux 6.7): {words}"
    return None
