"""pytest's fixtures of the runner, for the conftest.py of what needs it."""

import pytest

from edge.child_process import silent_stage
from edge.runner import RunnerFolder, find_runner
from tests.device_lab.laboratory import default_folder
from tests.runner.toolchain import Toolchain, install, why_not


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """Return what builds the runner; tests are skipped where it cannot be had."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    return install(default_folder(), silent_stage)


@pytest.fixture(scope="session")
def runner(toolchain: Toolchain) -> RunnerFolder:
    """Return the runner for this machine; it is built if its sources have changed."""
    with toolchain.used():
        return find_runner("linux", "x86_64", silent_stage)


@pytest.fixture(scope="session")
def aarch64_runner(toolchain: Toolchain) -> RunnerFolder:
    """Return the runner for 64-bit Arm boards; it is built if its sources have changed."""
    with toolchain.used():
        return find_runner("linux", "aarch64", silent_stage)
