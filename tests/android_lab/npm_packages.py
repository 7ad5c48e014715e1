"""Packages of npm, unpacked into a folder, without what they depend on and without running anything of them."""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError

# What npm prints before it says in words what went wrong.
ERROR = re.compile(r"npm (?:error|ERR!)\s+(?!(?:code|errno|syscall) )(.+)")


@dataclass(frozen=True)
class NpmPackage:
    """One version of a package.

    Attributes
    ----------
    integrity
        SHA-512 of its archive, as npm writes it.
    """

    name: str
    version: str
    integrity: str

    def description(self) -> list[str]:
        """Return what an unpacked package was made from."""
        return [self.name, self.version, self.integrity]


def unpack_package(package: NpmPackage, work: Path, root: Path) -> dict[str, str]:
    """Download `package` and unpack it into `root`; return its version by its name.

    Parameters
    ----------
    work
        Folder for the archive and for what npm keeps; the end removes it.

    Raises
    ------
    InputError
        If npm is not there or cannot get it, or got something else.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    title = f"{package.name}@{package.version}"
    command = ["npm", "pack", "--loglevel=error", "--ignore-scripts", f"--cache={work / 'cache'}", title]
    try:
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise InputError(f"npm is not on this machine, and {title} comes from it: install Node.js") from error
    if done.returncode != 0:
        raise InputError(f"npm cannot get {title}: {_reason(done.stderr)}; check the network and run again")
    (archive,) = work.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if f"sha512-{digest}" != package.integrity:
        raise InputError(f"{title}: npm brought another file than expected (sha512-{digest}); do not use it")
    with tarfile.open(archive) as opened:
        opened.extractall(root.with_name(f"{root.name}.archive"), filter="data")
    # Every archive of npm has one folder of this name.
    root.with_name(f"{root.name}.archive").joinpath("package").rename(root)
    root.with_name(f"{root.name}.archive").rmdir()
    shutil.rmtree(work)
    return {package.name: package.version}


def _reason(text: str) -> str:
    """Return the first line in which npm says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [match[1] for line in lines if (match := ERROR.fullmatch(line))]
    return (found or lines or ["no message"])[0]
