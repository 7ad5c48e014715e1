"""The runner for a device: a folder that the user names, one that was built before, or one that is built."""

import os
from pathlib import Path

from edge.checksums import sha256
from edge.child_process import Stage
from edge.content_cache import VARIABLE as CACHE_VARIABLE
from edge.content_cache import content_key, default_folder
from edge.errors import InputError
from edge.runner.compilation import SOURCES, Tools, compile_runner, find_tools
from edge.runner.executorch_package import find_package, pinned_version
from edge.runner.folder import PROGRAM, RunnerFolder, System, open_folder
from edge.runner.kept_folders import make_once

# Folder of a runner that was built elsewhere.
VARIABLE = "SQUEEZEBERT_EDGE_RUNNER"

# What systems call the processors that it can be built for.
ARCHITECTURES = {
    "aarch64": "aarch64",
    "arm64": "aarch64",
    "arm64-v8a": "aarch64",
    "x86_64": "x86_64",
    "amd64": "x86_64",
}


def find_runner(system: System, architecture: str, stage: Stage, folder: Path | None = None) -> RunnerFolder:
    """Return the runner for devices of a kind, built if it is not there yet.

    Parameters
    ----------
    system
        ``linux`` (with glibc) or ``android``.
    architecture
        The device's, as `edge.devices.information.DeviceInformation` has it.
    stage
        Shows the download and the build.
    folder
        One with a runner that was built before; None takes what `VARIABLE` names, else what the user's cache keeps.

    Raises
    ------
    InputError
        If the folder has none or one for other devices, or something that the build needs is missing.
    ConversionError
        If a compiler fails.
    """
    known = ARCHITECTURES.get(architecture.lower())
    if known is None:
        raise InputError(f"there is no runner for {architecture}: only for aarch64 and x86_64, 64-bit systems")
    given = folder or (Path(named).expanduser() if (named := os.environ.get(VARIABLE)) else None)
    if given is not None:
        return open_folder(given.absolute(), system, known)
    cache = default_folder()
    if cache is None:
        raise InputError(f"no place to keep the runner: name a folder in {CACHE_VARIABLE}")
    return _built(system, known, cache, stage)


def _built(system: System, architecture: str, cache: Path, stage: Stage) -> RunnerFolder:
    tools = find_tools(system, architecture)

    def build(draft: Path) -> Path:
        executorch = find_package(architecture, cache, stage) if tools.needs_package else None
        with stage(f"build {PROGRAM} for {system} {architecture}"):
            compile_runner(tools, executorch, draft / "work", draft / "runner")
        return draft / "runner"

    place = make_once(cache / f"runner-{_key(system, architecture, tools)}", PROGRAM, build)
    return open_folder(place, system, architecture)


def _key(system: System, architecture: str, tools: Tools) -> str:
    sources = [*SOURCES.glob("source/*"), *SOURCES.glob("*.cmake"), SOURCES / "CMakeLists.txt"]
    return content_key(
        {
            "sources": {file.relative_to(SOURCES).as_posix(): sha256(file) for file in sorted(sources)},
            "executorch": pinned_version(),
            "system": system,
            "architecture": architecture,
            "compiler": tools.compiler,
            "definitions": tools.definitions,
        }
    )
