"""Wheels for Linux of any processor, unpacked into a folder: pip of this machine cannot install them, only download."""

import subprocess
import sys
import zipfile
from pathlib import Path

from edge.errors import InputError

# Debian bookworm's Python. Of executorch's wheels, which are one for each Python, only the C++ part is taken.
PYTHON = "3.11"
# The glibc versions that wheels are built against: bookworm, of which Raspberry Pi OS is made, has 2.36.
GLIBC_MINORS = (17, 24, 26, 27, 28, 31, 34, 35)
ABIS = ("cp311", "abi3", "none")


def unpack_wheel(
    requirement: str, architecture: str, downloads: Path, site: Path, only: tuple[str, ...] = ("",)
) -> None:
    """Download the wheel of one pinned requirement and unpack it, without what it depends on.

    Parameters
    ----------
    requirement
        ``name==version``.
    architecture
        ``aarch64`` or ``x86_64``.
    downloads
        Folder of wheels; one that is there is not downloaded again.
    site
        Folder that goes on a ``PYTHONPATH``.
    only
        Prefixes of the members to unpack.

    Raises
    ------
    InputError
        If pip cannot get it.
    """
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(downloads.glob(pattern)):
        _download(requirement, architecture, downloads)
    (wheel,) = downloads.glob(pattern)
    try:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site, [member for member in archive.namelist() if member.startswith(only)])
    except zipfile.BadZipFile as error:
        wheel.unlink()
        raise InputError(f"{wheel}: is damaged and has been removed; run again") from error


def _download(requirement: str, architecture: str, downloads: Path) -> None:
    downloads.mkdir(parents=True, exist_ok=True)
    platforms = [f"manylinux2014_{architecture}", *(f"manylinux_2_{minor}_{architecture}" for minor in GLIBC_MINORS)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp"]
    command += [word for abi in ABIS for word in ("--abi", abi)]
    command += [word for platform in platforms for word in ("--platform", platform)]
    done = subprocess.run(
        [*command, "--dest", str(downloads), requirement], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        reason = (errors or lines or ["no message"])[-1]
        raise InputError(f"cannot download {requirement} for Linux {architecture}: {reason}; check the network")
