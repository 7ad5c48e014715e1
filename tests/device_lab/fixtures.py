"""pytest's fixtures of the laboratory, for the conftest.py of what needs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.child_process import silent_stage
from tests.device_lab.board import Board, start_board
from tests.device_lab.environment import installed
from tests.device_lab.installation import install
from tests.device_lab.laboratory import DeviceLab, default_folder, why_not


@pytest.fixture(scope="session")
def device_lab() -> DeviceLab:
    """Return the laboratory, installed if it is not; tests are skipped where this machine cannot run it."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    return install(default_folder(), silent_stage)


@pytest.fixture
def board(device_lab: DeviceLab, tmp_path: Path) -> Iterator[Board]:
    """Return a board that nobody has used, with squeezebert-edge as it is here in ``~/.venv``."""
    with start_board(device_lab, tmp_path / "board", installed(device_lab)) as started:
        yield started


@pytest.fixture
def bare_board(device_lab: DeviceLab, tmp_path: Path) -> Iterator[Board]:
    """Return a board with Python and nothing more."""
    with start_board(device_lab, tmp_path / "bare-board") as started:
        yield started
