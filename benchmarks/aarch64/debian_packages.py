"""Debian packages unpacked into a folder: no root rights, nothing of it installed on the machine."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError

# Of the suite whose qemu-user loads plugins: later ones have static programs only, which cannot.
SUITE = "bookworm"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class PackageSet:
    """Packages of one architecture and release of Debian; what they depend on comes with them."""

    architecture: str
    names: tuple[str, ...]
    suite: str = SUITE

    def description(self) -> list[str]:
        """Return what an unpacked set was made from."""
        return [self.suite, self.architecture, *self.names]


def unpack_packages(packages: PackageSet, work: Path, root: Path) -> dict[str, str]:
    """Download `packages` with all that they depend on, and unpack them into `root`.

    Parameters
    ----------
    work
        Folder for package lists and archives; an interrupted download goes on from there, and the end removes it.

    Returns
    -------
    dict
        The version of each package in `packages.names`.

    Raises
    ------
    InputError
        If this machine has no apt or no Debian mirror, or a package cannot be had.
    """
    options = _private_state(work, packages)
    _apt(["update", "-o", "APT::Update::Error-Mode=any"], options, "read Debian's package lists")
    install = ["install", "--yes", "--no-install-recommends", "--download-only", *packages.names]
    _apt(install, options, f"download {', '.join(packages.names)}")
    # Versions that an interrupted call got, and that are older.
    _apt(["autoclean"], options, "remove old archives")
    archives = sorted((work / "archives").glob("*.deb"))
    root.mkdir(parents=True, exist_ok=True)
    for archive in archives:
        _run(["dpkg-deb", "--extract", str(archive), str(root)], f"unpack {archive.name}")
    versions = (_run(["dpkg-deb", "--show", str(archive)], f"read {archive.name}").split() for archive in archives)
    # The architecture follows the name where a package may be there for several.
    installed = {name.split(":")[0]: version for name, version in versions}
    shutil.rmtree(work)
    return {name: installed[name] for name in packages.names}


def mirror() -> str:
    """Return the address that this machine's apt takes Debian from.

    Raises
    ------
    InputError
        If there is no apt, or its sources name none.
    """
    found = set(re.findall(r"^'(\S+/debian)/+dists/[^/']+/InRelease'", _run_apt_sources(), flags=re.MULTILINE))
    if not found:
        raise InputError("apt's sources on this machine name no Debian mirror; the laboratory needs one in /etc/apt")
    return min(found)


def _run_apt_sources() -> str:
    return _run(["apt-get", "-o", "Debug::NoLocking=1", "--print-uris", "update"], "read apt's sources")


def _private_state(work: Path, packages: PackageSet) -> list[str]:
    """Return apt's options for a state of its own under `work`, in which no package is installed."""
    for name in ("lists/partial", "archives/partial"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "status").touch()
    (work / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {mirror()} {packages.suite} main\n", encoding="utf-8"
    )
    settings = {
        "APT::Architecture": packages.architecture,
        "APT::Architectures::": packages.architecture,
        "APT::Sandbox::User": "",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::State::extended_states": work / "extended_states",
        "Dir::Cache::archives": work / "archives",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Debug::NoLocking": "1",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _apt(words: list[str], options: list[str], purpose: str) -> None:
    _run(["apt-get", "-qq", *options, *words], purpose)


def _run(command: list[str], purpose: str) -> str:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise InputError(f"{command[0]} is not on this machine; the laboratory needs a Debian system") from error
    if done.returncode != 0:
        raise InputError(f"cannot {purpose}: {_reason(done.stderr)}; check the network and run again")
    return done.stdout


def _reason(text: str) -> str:
    """Return the first error that apt or dpkg printed, in one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E: ") for line in lines if line.startswith("E: ")]
    return (errors or lines or ["no message"])[0]
