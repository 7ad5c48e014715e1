"""Where things lie in the iOS laboratory, and whether this machine can run it."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.device_lab.namespaces import USER_IDS
from tests.laboratory.build_step import REPOSITORY

FOLDER_VARIABLE = "SQUEEZEBERT_EDGE_IOS_LAB"
DEFAULT_FOLDER = REPOSITORY / "build" / "ios-lab"
# Of this repository's checks; every entry may be removed at any time.
BUILD_FOLDER = REPOSITORY / "build" / "ios"

# What a program in the root starts with.
NAMESPACES_TRIED = (
    *("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "sh", "-c"),
    "mount -t proc none /proc && mount -t tmpfs none /sys",
)


@dataclass(frozen=True)
class IosLab:
    """Where things lie in an installed laboratory."""

    folder: Path

    @property
    def root(self) -> Path:
        """Debian with Swift; what runs in it cannot write there."""
        return self.folder / "swift"

    @property
    def record(self) -> Path:
        """What the root was made from, and the version of each package."""
        return self.folder / "swift.json"


def default_folder() -> Path:
    """Return build/ios-lab, or what the environment names."""
    return Path(os.environ.get(FOLDER_VARIABLE, DEFAULT_FOLDER)).absolute()


def why_not(folder: Path) -> str | None:
    """Return None if the checks can run on this machine, with the laboratory in `folder`.

    Otherwise what is missing, in one line; apt only if there is something to download.
    """
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        return f"the iOS laboratory runs on Linux x86_64, this machine is {machine}"
    users = sum(int(line.split()[2]) for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines())
    if os.geteuid() != 0 or users < USER_IDS:
        return f"the iOS laboratory needs root over {USER_IDS} users, for user namespaces like this machine's"
    if not IosLab(folder).record.is_file() and (not shutil.which("apt-get") or not shutil.which("dpkg-deb")):
        return "the iOS laboratory needs a Debian system: apt-get and dpkg-deb are missing"
    tried = subprocess.run(NAMESPACES_TRIED, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode != 0:
        return f"the iOS laboratory needs user namespaces: {' '.join(tried.stderr.split())}"
    return None
