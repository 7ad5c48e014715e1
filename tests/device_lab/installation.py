"""What the stand-ins are made of, in one folder, installed in steps from Debian."""

import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from edge.child_process import Stage
from edge.errors import InputError
from tests.device_lab.environment import install_environment, requirements
from tests.device_lab.laboratory import FOLDER_VARIABLE, DeviceLab, why_not
from tests.device_lab.root import finish_root

# trixie's: bookworm's 7.2 crashes with the current wheels, and trixie's is one static program.
EMULATOR_PACKAGES = PackageSet("amd64", ("qemu-user",), "trixie")
# Raspberry Pi OS of 2023 to 2025 is this Debian; its programs that sessions and services use.
ROOT_PACKAGES = PackageSet(
    "arm64",
    (
        *("base-files", "base-passwd", "bash", "ca-certificates", "coreutils", "dash", "debianutils", "findutils"),
        *("grep", "gzip", "hostname", "libc-bin", "libgomp1", "libstdc++6", "mawk", "openssh-server", "procps"),
        *("python3", "python3-venv", "sed", "tar", "util-linux"),
    ),
)
CLIENT_PACKAGES = PackageSet("amd64", ("openssh-client",))

# Not lib64/ld-linux-x86-64.so.2: that is a link to where it would be installed, which is this machine's.
CLIENT_PROGRAM = """#!/bin/sh
root=$(dirname "$(dirname "$(realpath "$0")")")
libraries=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu
exec "$root/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$libraries" "$root/usr/bin/{name}" "$@"
"""


def install(folder: Path, stage: Stage) -> DeviceLab:
    """Install what is missing in `folder` and return the laboratory.

    Raises
    ------
    InputError
        If this machine cannot run it, or something cannot be downloaded.
    """
    reason = why_not()
    if reason is not None:
        raise InputError(reason)
    lab = DeviceLab(folder.absolute())
    with installation_lock(lab.folder, FOLDER_VARIABLE):
        _install(lab.folder, "emulator", EMULATOR_PACKAGES, stage, _no_more)
        _install(lab.folder, "raspberry-pi", ROOT_PACKAGES, stage, finish_root)
        if not shutil.which("ssh") or not shutil.which("ssh-keygen"):
            _install(lab.folder, "ssh-client", CLIENT_PACKAGES, stage, _write_client, CLIENT_PROGRAM)
        install_step(lab.folder, lab.environment.name, requirements(), stage, lambda: install_environment(lab))
    return lab


def _install(
    folder: Path, name: str, packages: PackageSet, stage: Stage, finish: Callable[[Path], None], *made_from: str
) -> None:
    """Unpack packages into ``folder/name`` and have `finish` do the rest, of `made_from`, unless that is done."""

    def work() -> dict[str, str]:
        root = folder / f"{name}.part"
        versions = unpack_packages(packages, folder / f"apt-{name}", root)
        finish(root)
        root.rename(folder / name)
        return versions

    install_step(folder, name, [*packages.description(), *made_from], stage, work)


def _no_more(root: Path) -> None:
    """Leave the packages as they are."""


def _write_client(root: Path) -> None:
    """Write programs that start OpenSSH's with the libraries that came with it."""
    (root / "bin").mkdir()
    for name in ("ssh", "ssh-keygen"):
        program = root / "bin" / name
        program.write_text(CLIENT_PROGRAM.format(name=name), encoding="ascii")
        program.chmod(0o755)
