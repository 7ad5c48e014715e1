"""What checks android_demo: the laboratory, and the folder in which results stay until their sources change."""

from pathlib import Path

import pytest

from edge.child_process import silent_stage
from tests.android_lab.installation import install
from tests.android_lab.laboratory import BUILD_FOLDER, AndroidLab, default_folder, why_not


@pytest.fixture(scope="session")
def android_lab() -> AndroidLab:
    """Return the laboratory, installed if it is not.

    Tests are skipped where this machine cannot run it, so that a plain ``pytest`` works everywhere;
    `make test-android` fails there, with the reason, before it comes to the tests.
    """
    reason = why_not(default_folder())
    if reason is not None:
        pytest.skip(reason)
    return install(default_folder(), silent_stage)


@pytest.fixture(scope="session")
def build_folder() -> Path:
    """Return where what was compiled stays."""
    return BUILD_FOLDER
