"""Swift, and the Debian that it runs in, in one folder."""

import hashlib
import shutil
from pathlib import Path

from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from edge.child_process import Stage
from edge.errors import InputError
from tests.ios_lab.laboratory import FOLDER_VARIABLE, IosLab, why_not

# trixie is the first Debian with Swift 6. The packages need no configuration, so none of their scripts is run.
PACKAGES = PackageSet(
    "amd64",
    (
        *("base-files", "bash", "ca-certificates", "coreutils", "dash", "git", "libc6-dev", "libstdc++-14-dev"),
        "swiftlang",
    ),
    "trixie",
)

SWIFT = "usr/libexec/swift"
# Half of it: debuggers, editors' services, what links without shared libraries or for machines without a system.
NOT_NEEDED = (
    *(f"{SWIFT}/bin/{name}" for name in ("clangd", "docc", "lldb", "lldb-dap", "lldb-server", "sourcekit-lsp")),
    *(f"{SWIFT}/lib/{pattern}" for pattern in ("libLTO.so*", "liblldb.so*", "libsourcekitdInProc.so", "swift_static")),
    *(f"{SWIFT}/lib/swift/{name}" for name in ("FrameworkABIBaseline", "embedded")),
    *(f"usr/share/{name}" for name in ("doc", "locale", "man")),
)


def install(folder: Path, stage: Stage) -> IosLab:
    """Install what is missing in `folder` and return the laboratory.

    Raises
    ------
    InputError
        If this machine cannot run it, or something cannot be downloaded.
    """
    lab = IosLab(folder.absolute())
    reason = why_not(lab.folder)
    if reason is not None:
        raise InputError(reason)

    def work() -> dict[str, str]:
        part = lab.root.with_name(f"{lab.root.name}.part")
        versions = unpack_packages(PACKAGES, lab.folder / "apt-swift", part)
        _remove_what_is_not_needed(part)
        part.rename(lab.root)
        return versions

    made_from = [PACKAGES.description(), hashlib.sha256(Path(__file__).read_bytes()).hexdigest()]
    with installation_lock(lab.folder, FOLDER_VARIABLE):
        install_step(lab.folder, lab.root.name, made_from, stage, work)
    return lab


def _remove_what_is_not_needed(root: Path) -> None:
    for pattern in NOT_NEEDED:
        found = list(root.glob(pattern))
        if not found:
            raise InputError(f"Debian's swiftlang has no {pattern} any more: correct {Path(__file__).name}")
        for path in found:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
