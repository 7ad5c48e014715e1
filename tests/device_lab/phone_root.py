"""A phone's file system: Android's shell and tools, the programs that ask its services, and adb's daemon.

The shell is mksh and the tools are toybox's, as on Android; for a phone's processor there is this machine's. The
services behind `am`, `dumpsys`, `getprop` and `pm` are scripts (`phone_programs`) that read a folder, /data/services.
"""

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from edge.child_process import Stage
from tests.device_lab.laboratory import FOLDER_VARIABLE

# adb's client is for this machine and not the phone; libstdc++6 is for programs that are pushed there.
PACKAGES = PackageSet("amd64", ("adb", "adbd", "busybox-static", "libstdc++6", "mksh", "toybox"), "trixie")
PROGRAMS = Path(__file__).with_name("phone_programs")

LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = "usr/lib64/ld-linux-x86-64.so.2"
PLATFORM_TOOLS = "usr/lib/android-sdk/platform-tools"

# The links of Debian's own tree, and Android's names.
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64", "sdcard": "data/media/0"}
FOLDERS = ("data", "dev", "proc", "sys", "system/bin", "tmp")

# In Android's toybox, but not in Debian's.
FROM_BUSYBOX = ("awk", "dd", "expr", "tr")


def install_phone_root(folder: Path, stage: Stage) -> Path:
    """Return a phone's root below `folder`; it is made if it is not there.

    Raises
    ------
    InputError
        If this machine has no Debian mirror.
    """

    def work() -> dict[str, str]:
        root = folder / "phone.part"
        versions = unpack_packages(PACKAGES, folder / "apt-phone", root)
        _finish(root)
        root.rename(folder / "phone")
        return versions

    with installation_lock(folder, FOLDER_VARIABLE):
        install_step(folder, "phone", [PACKAGES.description(), _programs()], stage, work)
    return folder / "phone"


def client_command(root: Path) -> list[str]:
    """Return how adb's client is started on this machine, with the libraries that came with it."""
    libraries = os.pathsep.join(str(root / place) for place in (LIBRARIES, f"{LIBRARIES}/android"))
    return [str(root / LOADER), "--argv0", "adb", "--library-path", libraries, str(root / PLATFORM_TOOLS / "adb")]


def _programs() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(PROGRAMS.iterdir())}


def _finish(root: Path) -> None:
    for place in FOLDERS:
        (root / place).mkdir(parents=True, exist_ok=True)
    for name, target in LINKS.items():
        if not (root / name).exists():
            (root / name).symlink_to(target)
    tools = root / "system/bin"
    toybox = [str(root / LOADER), "--library-path", str(root / LIBRARIES), str(root / "usr/bin/toybox")]
    for name in subprocess.run(toybox, capture_output=True, text=True, check=True).stdout.split():
        (tools / name).symlink_to("/usr/bin/toybox")
    for name in FROM_BUSYBOX:
        (tools / name).symlink_to("/usr/bin/busybox")
    (tools / "sh").symlink_to("/usr/bin/mksh")
    # What adbd starts for commands.
    (root / "usr/bin/sh").symlink_to("mksh")
    for program in PROGRAMS.iterdir():
        shutil.copy(program, tools / program.name)
        (tools / program.name).chmod(0o755)
