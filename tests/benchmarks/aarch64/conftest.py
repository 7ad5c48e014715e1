"""Shared by the tests that run AArch64 code: the laboratory, installed once in the repository's build folder."""

import platform
import shutil
from pathlib import Path

import pytest

from benchmarks.aarch64.laboratory import DEFAULT_FOLDER, Laboratory, install
from edge.child_process import silent_stage

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def laboratory() -> Laboratory:
    """Return the laboratory; the first use on a machine downloads it."""
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        pytest.skip(f"the laboratory runs on Linux x86_64, this machine is {machine}")
    if shutil.which("apt-get") is None:
        pytest.skip("the laboratory takes its packages with apt-get, which this machine has not")
    return install(REPOSITORY / DEFAULT_FOLDER, silent_stage)
