"""The laboratory: an AArch64 userland, an emulator, compilers and runtimes in one folder, installed in steps."""

import hashlib
import platform
from dataclasses import dataclass
from pathlib import Path

from benchmarks.aarch64.compilation import Compilers, compile_plugin, compile_pte_program
from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from benchmarks.aarch64.processor_files import write_processor_files
from edge.child_process import Stage
from edge.errors import InputError
from edge.runner.wheels import unpack_wheel

DEFAULT_FOLDER = Path("build/device-lab")

# qemu-user, a compiler for its plugin and one for the guest's program, objdump.
HOST_PACKAGES = PackageSet("amd64", ("qemu-user", "gcc", "libc6-dev", "g++-aarch64-linux-gnu"))
GUEST_PACKAGES = PackageSet("arm64", ("python3-minimal", "libpython3-stdlib", "libstdc++6"))
GUEST = "aarch64"
# The versions that pyproject.toml pins for this host; numpy is the newest with a wheel for Python 3.11.
SITE_WHEELS = ("ai-edge-litert==2.3.0", "numpy==2.4.6")
EXECUTORCH_WHEEL = "executorch==1.5.1"
# Of ExecuTorch only the C++ runtime: its Python bindings need torch.
EXECUTORCH_MEMBERS = ("executorch/lib/", "executorch/include/")

# Folder of `Compilers.libraries` in the host's tools.
LIBRARIES = "libraries"

# The libraries of Debian's libc6.
LIBC = (
    *("BrokenLocale", "anl", "c", "c_malloc_debug", "dl", "m", "memusage", "mvec", "nsl", "pcprofile", "pthread"),
    *("nss_compat", "nss_dns", "nss_files", "nss_hesiod", "resolv", "rt", "thread_db", "util"),
)

SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Laboratory:
    """Where things lie in an installed laboratory.

    Attributes
    ----------
    packages
        Version of each package that computes or emulates.
    """

    folder: Path
    packages: dict[str, str]

    @property
    def compilers(self) -> Compilers:
        """The host's tools."""
        return Compilers(self.folder / "host", self.folder / "host" / LIBRARIES)

    @property
    def guest(self) -> Path:
        """What the guest sees as ``/`` before this machine's files."""
        return self.folder / "guest"

    @property
    def site(self) -> Path:
        """Packages of the guest's Python."""
        return self.folder / "site"

    @property
    def executorch(self) -> Path:
        """ExecuTorch's headers and libraries for the guest."""
        return self.folder / "executorch" / "executorch"

    @property
    def plugin(self) -> Path:
        """The counting plugin, for qemu."""
        return self.folder / "programs" / "instruction_count.so"

    @property
    def pte_program(self) -> Path:
        """The guest's program that runs a .pte."""
        return self.folder / "programs" / "pte_program"


def install(folder: Path, stage: Stage) -> Laboratory:
    """Install what is missing in `folder` and return the laboratory.

    Raises
    ------
    InputError
        If this machine is not Linux on x86-64, or something cannot be downloaded or compiled.
    """
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        raise InputError(f"the laboratory runs on Linux x86_64, this machine is {machine}")
    folder = folder.absolute()
    with installation_lock(folder):
        packages = install_step(folder, "host", HOST_PACKAGES.description(), stage, lambda: _host(folder))
        packages |= install_step(folder, "guest", GUEST_PACKAGES.description(), stage, lambda: _guest(folder))
        packages |= install_step(folder, "site", SITE_WHEELS, stage, lambda: _site(folder))
        packages |= install_step(folder, "executorch", EXECUTORCH_WHEEL, stage, lambda: _executorch(folder))
        laboratory = Laboratory(folder, packages)
        install_step(folder, "programs", [_source_hashes(), packages], stage, lambda: _programs(laboratory))
    return laboratory


def _host(folder: Path) -> dict[str, str]:
    root = folder / "host.part"
    versions = unpack_packages(HOST_PACKAGES, folder / "apt-host", root)
    libraries = root / LIBRARIES
    libraries.mkdir()
    for place in ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"):
        for library in (root / place).glob("*.so*"):
            # All but the C library, which must be this machine's: it belongs to the program loader.
            if not _is_libc(library.name):
                (libraries / library.name).symlink_to(f"../{place}/{library.name}")
    root.rename(folder / "host")
    return {"qemu-user": versions["qemu-user"], "g++-aarch64-linux-gnu": versions["g++-aarch64-linux-gnu"]}


def _is_libc(name: str) -> bool:
    """Whether a library is one of glibc's own."""
    return name.startswith("ld-linux") or any(name.startswith(f"lib{stem}.so") for stem in LIBC)


def _guest(folder: Path) -> dict[str, str]:
    root = folder / "guest.part"
    versions = unpack_packages(GUEST_PACKAGES, folder / "apt-guest", root)
    write_processor_files(root)
    root.rename(folder / "guest")
    return {f"{name} (guest)": version for name, version in versions.items()}


def _site(folder: Path) -> dict[str, str]:
    for requirement in SITE_WHEELS:
        unpack_wheel(requirement, GUEST, folder / "wheels", folder / "site.part")
    (folder / "site.part").rename(folder / "site")
    return dict(requirement.split("==") for requirement in SITE_WHEELS)


def _executorch(folder: Path) -> dict[str, str]:
    unpack_wheel(EXECUTORCH_WHEEL, GUEST, folder / "wheels", folder / "executorch.part", EXECUTORCH_MEMBERS)
    (folder / "executorch.part").rename(folder / "executorch")
    return dict([EXECUTORCH_WHEEL.split("==")])


def _programs(laboratory: Laboratory) -> dict[str, str]:
    laboratory.plugin.parent.mkdir()
    compile_plugin(laboratory.compilers, SOURCES / "instruction_count.c", laboratory.plugin)
    compile_pte_program(
        laboratory.compilers, SOURCES / "pte_program.cpp", laboratory.executorch, laboratory.pte_program
    )
    return {}


def _source_hashes() -> dict[str, str]:
    names = ("instruction_count.c", "pte_program.cpp", "compilation.py")
    return {name: hashlib.sha256((SOURCES / name).read_bytes()).hexdigest() for name in names}
