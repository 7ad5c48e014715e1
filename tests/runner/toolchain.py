"""What builds the runner: this machine's tools, and those that it lacks from Debian's packages, unpacked."""

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from benchmarks.aarch64.laboratory import LIBC
from edge.child_process import Stage
from edge.content_cache import VARIABLE as CACHE_VARIABLE
from edge.runner import VARIABLE
from tests.device_lab.laboratory import FOLDER_VARIABLE

# Which package has which program.
PROGRAMS = {
    "cmake": "cmake",
    "make": "make",
    "c++": "g++",
    "aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu",
}
HEADER, HEADER_PACKAGE = Path("nlohmann/json.hpp"), "nlohmann-json3-dev"
# Where CMake looks for headers first.
HEADER_VARIABLE = "CMAKE_INCLUDE_PATH"
SYSTEM_HEADERS = (Path("/usr/local/include"), Path("/usr/include"))

STEP = "compilers"
# A compiler has to be told where the headers and libraries of its root are; CMake finds its own files by itself.
PROGRAM = """#!/bin/sh
root=$(dirname "$(dirname "$(realpath "$0")")")
export LD_LIBRARY_PATH="$root/libraries${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
exec "$root/usr/bin/{name}" {options} "$@"
"""


@dataclass(frozen=True)
class Toolchain:
    """Tools in a laboratory's folder, beside this machine's."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Return variables with which the tools are found, and with which built runners stay in the laboratory."""
        root = self.folder / STEP
        headers = [str(root / "include"), os.environ.get(HEADER_VARIABLE, "")]
        return {
            "PATH": os.pathsep.join([str(root / "bin"), os.environ.get("PATH", os.defpath)]),
            HEADER_VARIABLE: os.pathsep.join(filter(None, headers)),
            CACHE_VARIABLE: str(self.folder / "runners"),
        }

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have this process use the tools."""
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv(VARIABLE, raising=False)
            for name, value in self.environment().items():
                patch.setenv(name, value)
            yield


def missing_packages() -> tuple[str, ...]:
    """Return the packages that have what this machine lacks."""
    packages = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    folders = [*SYSTEM_HEADERS, *map(Path, filter(None, os.environ.get(HEADER_VARIABLE, "").split(os.pathsep)))]
    if not any((folder / HEADER).is_file() for folder in folders):
        packages.append(HEADER_PACKAGE)
    return tuple(packages)


def why_not() -> str | None:
    """Return None if the runner can be built here for both architectures, else why not."""
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        return f"these tests run on Linux x86_64, this machine is {machine}"
    if missing_packages() and not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return f"there is no {', '.join(missing_packages())}, and no apt to get it with"
    return None


def install(folder: Path, stage: Stage) -> Toolchain:
    """Install in `folder` what this machine lacks.

    Raises
    ------
    InputError
        If it cannot be downloaded.
    """
    packages = PackageSet("amd64", missing_packages())
    with installation_lock(folder, FOLDER_VARIABLE):
        install_step(folder, STEP, packages.description(), stage, lambda: _unpack(packages, folder))
    return Toolchain(folder)


def _unpack(packages: PackageSet, folder: Path) -> dict[str, str]:
    root = folder / f"{STEP}.part"
    versions = unpack_packages(packages, folder / f"apt-{STEP}", root) if packages.names else {}
    for name in ("bin", "include", "libraries"):
        (root / name).mkdir(parents=True)
    for place in ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"):
        for library in (root / place).glob("*.so*"):
            # glibc belongs to the program loader, which is this machine's.
            if not library.name.startswith(("ld-linux", *(f"lib{stem}.so" for stem in LIBC))):
                (root / "libraries" / library.name).symlink_to(f"../{place}/{library.name}")
    for name, package in PROGRAMS.items():
        if package in packages.names:
            options = '--sysroot="$root"' if name.endswith("++") else ""
            program = root / "bin" / name
            program.write_text(PROGRAM.format(name="g++" if name == "c++" else name, options=options), encoding="ascii")
            program.chmod(0o755)
    if HEADER_PACKAGE in packages.names:
        # Alone: the rest of usr/include is for this machine's processor.
        (root / "include" / HEADER.parent).symlink_to(f"../usr/include/{HEADER.parent}")
    root.rename(folder / STEP)
    return versions
