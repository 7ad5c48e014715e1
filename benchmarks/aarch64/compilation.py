"""The laboratory's compilers: gcc for qemu's plugin, g++ for the guest's program."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError

# As executorch-config.cmake of the wheel says.
EXECUTORCH_DEFINITIONS = ("C10_USING_CUSTOM_GENERATED_MACROS", "ET_USE_THREADPOOL")
# Linked although nothing names them: kernels and delegates register themselves when they are loaded.
EXECUTORCH_LIBRARIES = (
    "executorch",
    "executorch_kernels_optimized",
    "executorch_kernels_quantized",
    "executorch_backend_xnnpack",
    "executorch_threadpool",
)


@dataclass(frozen=True)
class Compilers:
    """Tools for this machine, unpacked and not installed.

    Attributes
    ----------
    root
        Folder that they take for ``/``.
    libraries
        Folder with the libraries that they load.
    """

    root: Path
    libraries: Path

    def command(self, tool: str) -> list[str]:
        """Return the first word of a command line."""
        return [str(self.root / "usr/bin" / tool)]

    def environment(self) -> dict[str, str]:
        """Return the environment that the tools need."""
        return {**os.environ, "LC_ALL": "C", "LD_LIBRARY_PATH": str(self.libraries)}


def compile_plugin(compilers: Compilers, source: Path, library: Path) -> None:
    """Compile a plugin of qemu for this machine; InputError if it fails."""
    options = ["-std=c11", "-D_DEFAULT_SOURCE", "-O2", "-Wall", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden"]
    _compile(compilers, "gcc", [*options, str(source)], library)


def compile_pte_program(compilers: Compilers, source: Path, executorch: Path, program: Path) -> None:
    """Compile a C++ program for the guest against ExecuTorch's headers and libraries; InputError if it fails."""
    include = executorch / "include"
    options = ["-std=c++17", "-O2", "-w", f"-I{include}"]
    options += [f"-I{include / 'executorch/runtime/core/portable_type/c10'}"]
    options += [f"-D{name}" for name in EXECUTORCH_DEFINITIONS]
    libraries = [f"-L{executorch / 'lib'}", "-Wl,--no-as-needed"]
    libraries += [f"-l{name}" for name in EXECUTORCH_LIBRARIES]
    _compile(compilers, "aarch64-linux-gnu-g++", [*options, str(source), *libraries], program)


def _compile(compilers: Compilers, compiler: str, options: list[str], output: Path) -> None:
    command = [*compilers.command(compiler), f"--sysroot={compilers.root}", *options, "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, env=compilers.environment())
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines() or [""]
        raise InputError(f"{compiler} cannot compile {output.name}: {errors[0]}; remove the laboratory and run again")
