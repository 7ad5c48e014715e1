"""``pip install squeezebert-edge`` on a blank Raspberry Pi."""

import zipfile
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.device_lab.board import Board
from tests.device_lab.environment import PACKAGES
from tests.device_lab.laboratory import DeviceLab
from tests.device_lab.machine import REPOSITORY
from tests.raspberry_pi.conftest import ENVIRONMENT

pytestmark = pytest.mark.device


def test_wheel_has_every_file_of_the_packages(device_lab: DeviceLab, wheel: Path) -> None:
    # An installation that only links to the checkout would not miss one.
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())

    files = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*") if path.is_file()]
    # Hidden ones are editors' and formatters'.
    names = {
        str(path.relative_to(REPOSITORY))
        for path in files
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert not names - packed


def test_pip_takes_wheels_for_aarch64_only(pi: Board, installation: Future[str]) -> None:
    printed = installation.result()

    downloaded = [line.split()[1] for line in printed.splitlines() if line.strip().startswith(("Downloading", "Using"))]
    built_for_a_platform = [name for name in downloaded if not name.endswith("none-any.whl")]
    assert {name.split("-")[0] for name in built_for_a_platform} >= {"ai_edge_litert", "numpy", "tokenizers"}
    assert all(name.endswith("aarch64.whl") for name in built_for_a_platform)


def test_all_requirements_are_met_without_torch(pi: Board) -> None:
    checked = pi.run(f"{ENVIRONMENT}/bin/pip check")
    listed = pi.run(f"{ENVIRONMENT}/bin/pip list --format=freeze")

    assert (checked.returncode, checked.stdout.strip()) == (0, "No broken requirements found.")
    packages = {line.split("==")[0] for line in listed.stdout.split()}
    assert {"squeezebert-edge", "ai-edge-litert"} <= packages
    assert not packages & {"torch", "transformers", "executorch", "tensorflow", "onnxruntime"}


def test_command_is_installed(pi: Board) -> None:
    done = pi.run(f"{ENVIRONMENT}/bin/squeezebert-edge list targets")

    assert done.returncode == 0, done.stderr
    assert "raspberry-pi-5" in done.stdout
