"""Where the runner comes from, and what is said where it cannot be had. Nothing is compiled here."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.child_process import silent_stage
from edge.errors import InputError
from edge.runner import PROGRAM, VARIABLE, RunnerFolder, find_runner
from edge.runner.compilation import NDK_VARIABLES, SOURCE_VARIABLE
from edge.runner.elf import read_architecture
from edge.runner.executorch_package import find_package, pinned_version


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (VARIABLE, SOURCE_VARIABLE, "CXX", *NDK_VARIABLES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that leaves programs of these names, which do nothing, and no others."""

    def leave(*names: str) -> None:
        (tmp_path / "programs").mkdir()
        for name in names:
            (tmp_path / "programs" / name).write_text("#!/bin/sh\n")
            (tmp_path / "programs" / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "programs"))

    return leave


def refusal(system: str, architecture: str, folder: Path | None = None) -> str:
    with pytest.raises(InputError) as error:
        find_runner(system, architecture, silent_stage, folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_32_bit_system() -> None:
    assert refusal("linux", "armv7l") == "there is no runner for armv7l: only for aarch64 and x86_64, 64-bit systems"


def test_without_cmake(only: Callable[..., None]) -> None:
    only("make", "c++")

    assert refusal("linux", "aarch64") == "building the runner needs cmake: install cmake (Debian: apt install cmake)"


def test_without_make(only: Callable[..., None]) -> None:
    only("cmake", "c++")

    assert refusal("linux", "aarch64").startswith("building the runner needs make or ninja: install make")


@pytest.mark.skipif(sys.platform != "linux", reason="for other systems the compiler is always another one")
def test_without_a_compiler_for_this_machine(only: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    only("cmake", "make")

    assert "there is no C++ compiler; install one" in refusal("linux", os.uname().machine)
    monkeypatch.setenv("CXX", "g++-99 -m64")
    assert "'g++-99', which CXX names, is not there" in refusal("linux", os.uname().machine)


def test_without_a_compiler_for_another_machine(only: Callable[..., None]) -> None:
    only("cmake", "make", "c++")
    other = "x86_64" if os.uname().machine == "aarch64" else "aarch64"

    message = refusal("linux", other)

    assert f"needs {other}-linux-gnu-g++: install it (Debian: apt install g++-" in message
    assert message.endswith(f"or name the folder of a runner that was built elsewhere in {VARIABLE}")


def test_android_needs_the_ndk_and_executorchs_sources(
    only: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("cmake", "make")
    assert refusal("android", "aarch64").endswith("install it and name it in ANDROID_NDK_HOME")

    monkeypatch.setenv("ANDROID_NDK_HOME", str(tmp_path))
    assert "no Android NDK, it has no build/cmake/android.toolchain.cmake" in refusal("android", "aarch64")

    (tmp_path / "build/cmake").mkdir(parents=True)
    (tmp_path / "build/cmake/android.toolchain.cmake").touch()
    assert f"name the folder in {SOURCE_VARIABLE}" in refusal("android", "arm64-v8a")

    monkeypatch.setenv(SOURCE_VARIABLE, str(tmp_path))
    assert "not ExecuTorch's sources, it has no CMakeLists.txt" in refusal("android", "arm64-v8a")


def test_executorch_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "x86_64" if os.uname().machine == "aarch64" else "aarch64"
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    message = f"cannot download executorch=={pinned_version()} for Linux {other}: .*; check the network"
    with pytest.raises(InputError, match=message):
        find_package(other, tmp_path / "cache", silent_stage)
    assert list((tmp_path / "cache").iterdir()) == []


def prebuilt(folder: Path) -> Path:
    """Make a folder with a program of this machine in the runner's place."""
    folder.mkdir()
    shutil.copy(shutil.which("true") or "", folder / PROGRAM)
    shutil.copy(folder / PROGRAM, folder / "libexecutorch.so")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="needs a program of Linux")
def test_a_folder_that_was_built_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = prebuilt(tmp_path / "runner")
    machine = os.uname().machine
    monkeypatch.setenv(VARIABLE, str(folder))

    runner = find_runner("linux", machine, silent_stage)

    assert runner == RunnerFolder(folder, "linux", machine)
    assert [file.name for file in runner.files] == [PROGRAM, "libexecutorch.so"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a program of Linux")
def test_a_folder_for_another_processor(tmp_path: Path) -> None:
    folder = prebuilt(tmp_path / "runner")
    machine = os.uname().machine
    other = "x86_64" if machine == "aarch64" else "aarch64"

    expected = f"{folder / PROGRAM}: is for {machine}, the device is {other}; name a runner that is for it"
    assert refusal("linux", other, folder) == expected


def test_a_folder_without_the_program(tmp_path: Path) -> None:
    assert refusal("linux", "aarch64", tmp_path).startswith(f"{tmp_path}: has no {PROGRAM}; name the folder")


def test_a_program_that_is_none(tmp_path: Path) -> None:
    (tmp_path / PROGRAM).write_text("#!/bin/sh\n")

    assert refusal("linux", "aarch64", tmp_path).endswith("no program for Linux or Android; build the runner again")


@pytest.mark.parametrize(
    ("machine", "architecture"), [(183, "aarch64"), (62, "x86_64"), (40, "armv7l"), (8, "machine 8")]
)
def test_the_processor_in_an_elf_header(machine: int, architecture: str, tmp_path: Path) -> None:
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + (3).to_bytes(2, "little") + machine.to_bytes(2, "little")
    (tmp_path / "program").write_bytes(header + bytes(44))

    assert read_architecture(tmp_path / "program") == architecture
