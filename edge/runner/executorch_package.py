"""ExecuTorch's Python package as what a C++ program is built against: headers, shared libraries, a CMake package."""

import platform
from importlib import metadata, util
from pathlib import Path

from packaging.requirements import Requirement

from edge.child_process import Stage
from edge.runner.kept_folders import make_once
from edge.runner.wheels import unpack_wheel

NAME = "executorch"
LIBRARY = "lib/libexecutorch.so"
# All of it that is C++; the rest needs torch.
MEMBERS = ("executorch/lib/", "executorch/include/", "executorch/share/")


def pinned_version() -> str:
    """Return the version that this project's artifacts are built with."""
    requirements = [Requirement(line) for line in metadata.requires("squeezebert-edge") or []]
    (pinned,) = {str(found.specifier) for found in requirements if found.name == NAME}
    return pinned.removeprefix("==")


def find_package(architecture: str, cache: Path, stage: Stage) -> Path:
    """Return the folder of ExecuTorch for Linux: the installed one where it is for `architecture`, else from PyPI.

    Parameters
    ----------
    cache
        Folder that keeps what was downloaded.

    Raises
    ------
    InputError
        If it cannot be downloaded.
    """
    installed = _installed(architecture)
    if installed is not None:
        return installed
    requirement = f"{NAME}=={pinned_version()}"

    def download(draft: Path) -> Path:
        with stage(f"download {requirement} for Linux {architecture}"):
            unpack_wheel(requirement, architecture, draft / "wheels", draft / "site", MEMBERS)
        return draft / "site" / NAME

    return make_once(cache / f"{NAME}-{pinned_version()}-linux-{architecture}", LIBRARY, download)


def _installed(architecture: str) -> Path | None:
    spec = util.find_spec(NAME)
    if (platform.system(), platform.machine()) != ("Linux", architecture) or spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or []]
    fits = metadata.version(NAME) == pinned_version()
    return next((folder for folder in folders if fits and (folder / LIBRARY).is_file()), None)
