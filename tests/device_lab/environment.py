"""squeezebert-edge on boards: its wheel, and a virtual environment that pip has made there."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from edge.errors import InputError
from tests.device_lab.board import HOME, Board, start_board
from tests.device_lab.laboratory import DeviceLab
from tests.device_lab.machine import REPOSITORY, Folder
from tests.device_lab.root import CERTIFICATES, USER_ID

# Where README tells owners of a board to put it.
ENVIRONMENT = f"{HOME}/.venv"
PACKAGES = ("converters", "edge", "quantize")
# What setuptools reads beside the packages.
PROJECT_FILES = ("LICENSE", "README.md", "pyproject.toml")
# Settings of this machine's pip and of its network that hold on the board too.
PASSED_ON = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def requirements() -> dict[str, str]:
    """Return what an environment is made from: the part of pyproject.toml that pip reads."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name: project[name] for name in ("name", "version", "requires-python", "dependencies", "scripts")}


def build_wheel(folder: Path) -> Path:
    """Build the project's wheel into `folder`.

    Raises
    ------
    InputError
        If pip cannot.
    """
    with tempfile.TemporaryDirectory(prefix="device-lab-") as name:
        # From a copy: setuptools leaves folders beside the sources, and takes deleted files from them later.
        sources = Path(name)
        for package in PACKAGES:
            shutil.copytree(REPOSITORY / package, sources / package, ignore=shutil.ignore_patterns("__pycache__"))
        for file in PROJECT_FILES:
            shutil.copy(REPOSITORY / file, sources)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), name]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise InputError(f"cannot build the wheel: {_last_line(done.stderr)}")
    (wheel,) = folder.glob("squeezebert_edge-*.whl")
    return wheel


def pip_settings() -> dict[str, str]:
    """Return environment variables with which pip on a board reaches the index that this machine's pip does."""
    settings = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    settings |= {"PIP_CERT": f"/{CERTIFICATES}", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    found = re.findall(r"^(?:global|install|:env:)\.index-url='(.*)'$", listed, flags=re.MULTILINE)
    return settings | ({"PIP_INDEX_URL": found[-1]} if found else {})


def pip_install(board: Board, environment: str, *words: str) -> str:
    """Run ``pip install`` in an environment on a board; return what it printed.

    Raises
    ------
    InputError
        If pip fails.
    """
    settings = " ".join(f"{name}='{value}'" for name, value in pip_settings().items())
    quoted = " ".join(f"'{word}'" for word in words)
    done = board.run(f"{settings} {environment}/bin/python -m pip install --progress-bar off {quoted}")
    if done.returncode != 0:
        raise InputError(f"pip on the board: {_last_line(done.stderr)}; check the network and run again")
    return done.stdout


def make_environment(board: Board, environment: str) -> None:
    """Make an empty virtual environment on a board; InputError if Python cannot."""
    done = board.run(f"python3 -m venv {environment}")
    if done.returncode != 0:
        raise InputError(f"python3 -m venv on the board: {_last_line(done.stderr or done.stdout)}")


def install_environment(lab: DeviceLab) -> dict[str, str]:
    """Make `DeviceLab.environment` on a board; return the versions of its packages."""
    part = lab.environment.with_name(f"{lab.environment.name}.part")
    part.mkdir()
    os.chown(part, USER_ID, USER_ID)
    with tempfile.TemporaryDirectory(prefix="device-lab-") as name:
        folder = Path(name)
        with start_board(lab, folder / "board", {ENVIRONMENT: Folder(str(part), "write")}) as board:
            make_environment(board, ENVIRONMENT)
            pip_install(board, ENVIRONMENT, board.put(build_wheel(folder)))
            frozen = board.run(f"{ENVIRONMENT}/bin/python -m pip list --format=freeze").stdout
    part.rename(lab.environment)
    return dict(line.split("==", 1) for line in frozen.split() if "==" in line)


def installed(lab: DeviceLab) -> dict[str, Folder]:
    """Return the folders of a board on which squeezebert-edge is installed, with the sources as they are here.

    What a board changes there, no other sees.
    """
    folders = {ENVIRONMENT: Folder(str(lab.environment), "own copy")}
    for package in PACKAGES:
        place = f"{ENVIRONMENT}/lib/python3.11/site-packages/{package}"
        folders[place] = Folder(str(REPOSITORY / package), "read")
    return folders


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["no message"])[-1]
