"""Compiling the runner with CMake and the compilers of this machine."""

import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge.errors import ConversionError, InputError
from edge.runner.folder import PROGRAM, System

SOURCES = Path(__file__).parent

# Where Android's compilers and ExecuTorch's sources are.
NDK_VARIABLES = ("ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "ANDROID_NDK")
SOURCE_VARIABLE = "EXECUTORCH_SOURCE_DIR"
# Android's names of architectures, and the oldest system that ExecuTorch is built for (its build_android_library.sh).
ANDROID_ABIS = {"aarch64": "arm64-v8a", "x86_64": "x86_64"}
ANDROID_PLATFORM = "android-26"

# What an interrupted build has to end its compilers.
END_SECONDS = 5

HEADER = "nlohmann/json.hpp"
HEADER_PACKAGE = "nlohmann-json3-dev"


@dataclass(frozen=True)
class Tools:
    """What compiles for one kind of device.

    Attributes
    ----------
    compiler
        Its command, for the key of what it made.
    definitions
        CMake's cache variables.
    needs_package
        Whether ExecuTorch comes from its Python package, and not from sources.
    """

    compiler: str
    definitions: dict[str, str]
    needs_package: bool


def find_tools(system: System, architecture: str) -> Tools:
    """Return the compilers for a kind of device.

    Raises
    ------
    InputError
        If there are none on this machine; says what to install.
    """
    if shutil.which("cmake") is None:
        raise InputError("building the runner needs cmake: install cmake (Debian: apt install cmake)")
    if not shutil.which("ninja") and not shutil.which("make"):
        raise InputError("building the runner needs make or ninja: install make (Debian: apt install make)")
    return _android_tools(architecture) if system == "android" else _linux_tools(architecture)


def compile_runner(tools: Tools, executorch: Path | None, work: Path, folder: Path) -> None:
    """Build the runner and install it into `folder`, with the libraries that it needs.

    Parameters
    ----------
    executorch
        ExecuTorch's package; None where `tools` name sources.
    work
        Empty folder for what the build leaves.

    Raises
    ------
    InputError
        If a header is missing.
    ConversionError
        If a compiler fails.
    """
    definitions = {"CMAKE_BUILD_TYPE": "Release", **tools.definitions}
    if executorch is not None:
        definitions["CMAKE_PREFIX_PATH"] = str(executorch)
    generator = "Ninja" if shutil.which("ninja") else "Unix Makefiles"
    words = [f"-D{name}={value}" for name, value in definitions.items()]
    _run(["cmake", "-S", str(SOURCES), "-B", str(work), "-G", generator, *words])
    _run(["cmake", "--build", str(work), "--parallel", str(os.cpu_count() or 1), "--target", PROGRAM])
    _run(["cmake", "--install", str(work), "--prefix", str(folder), "--component", "runner"])


def _linux_tools(architecture: str) -> Tools:
    if (platform.system(), platform.machine()) == ("Linux", architecture):
        # CMake takes the same.
        given = shlex.split(os.environ.get("CXX", ""))[:1]
        compiler = next((found for name in given or ("c++", "g++", "clang++") if (found := shutil.which(name))), None)
        if compiler is None:
            missing = f"'{given[0]}', which CXX names, is not there" if given else "there is no C++ compiler"
            raise InputError(f"building the runner: {missing}; install one (Debian: apt install g++)")
        return Tools(compiler, {}, needs_package=True)
    name = f"{architecture}-linux-gnu-g++"
    compiler = shutil.which(name)
    if compiler is None:
        debian = f"g++-{architecture.replace('_', '-')}-linux-gnu"
        raise InputError(
            f"building the runner for {architecture} needs {name}: install it (Debian: apt install {debian}), or name "
            "the folder of a runner that was built elsewhere in SQUEEZEBERT_EDGE_RUNNER"
        )
    toolchain = SOURCES / f"{architecture}-linux-gnu.cmake"
    return Tools(compiler, {"CMAKE_TOOLCHAIN_FILE": str(toolchain)}, needs_package=True)


def _android_tools(architecture: str) -> Tools:
    ndk = next((value for name in NDK_VARIABLES if (value := os.environ.get(name))), None)
    if ndk is None:
        raise InputError(f"building the runner for Android needs the NDK: install it and name it in {NDK_VARIABLES[0]}")
    toolchain = Path(ndk).expanduser() / "build/cmake/android.toolchain.cmake"
    if not toolchain.is_file():
        raise InputError(f"{ndk}: no Android NDK, it has no build/cmake/android.toolchain.cmake")
    sources = os.environ.get(SOURCE_VARIABLE)
    if not sources:
        raise InputError(
            "building the runner for Android needs ExecuTorch's sources, its package is for Linux: check them out "
            f"with their submodules and name the folder in {SOURCE_VARIABLE}"
        )
    if not (Path(sources).expanduser() / "CMakeLists.txt").is_file():
        raise InputError(f"{sources}: not ExecuTorch's sources, it has no CMakeLists.txt; correct {SOURCE_VARIABLE}")
    definitions = {
        "CMAKE_TOOLCHAIN_FILE": str(toolchain.absolute()),
        "ANDROID_ABI": ANDROID_ABIS[architecture],
        "ANDROID_PLATFORM": ANDROID_PLATFORM,
        "EXECUTORCH_SOURCE_DIR": str(Path(sources).expanduser().absolute()),
        # ExecuTorch generates code with it, and with torch.
        "PYTHON_EXECUTABLE": sys.executable,
    }
    return Tools(str(toolchain), definitions, needs_package=False)


def _run(command: Sequence[str]) -> None:
    status, log = _finish(command)
    if status == 0:
        return
    # CMake breaks its messages into lines.
    if f"{HEADER} is missing" in " ".join(log.split()):
        raise InputError(
            f"building the runner needs {HEADER}: install it (Debian: apt install {HEADER_PACKAGE}), or name in "
            "CMAKE_INCLUDE_PATH the folder that has nlohmann/"
        )
    raise ConversionError(f"the runner cannot be built: {_first_error(log)}") from RuntimeError(log)


def _finish(command: Sequence[str]) -> tuple[int, str]:
    """Run a command to its end; return its status and what it printed. An interrupt ends what it has started, too."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
        start_new_session=True,
    )
    with process:
        try:
            log, _ = process.communicate()
        except BaseException:
            _end(process)
            raise
        return process.returncode, log


def _end(process: subprocess.Popen[str]) -> None:
    """End a process that leads a session, and what it has started."""
    if not hasattr(os, "killpg"):
        process.kill()
        return
    # Asked first: ninja has put compilers into groups of their own, and ends them.
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
            return


def _first_error(log: str) -> str:
    """Return the first error of CMake, a compiler or the linker, in one line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for index, line in enumerate(lines):
        if line.startswith("CMake Error"):
            return " ".join(lines[index : index + 2])
        if "error:" in line or "undefined reference" in line:
            return line
    return lines[-1] if lines else "no message"
