"""Fixtures of the checkpoint tests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from tests.checkpoints import save_squeezebert


@pytest.fixture(scope="session")
def intact_squeezebert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SqueezeBERT with three labels that no test may change."""
    return save_squeezebert(tmp_path_factory.mktemp("intact") / "sentiment")


@pytest.fixture
def squeezebert(intact_squeezebert: Path, tmp_path: Path) -> Path:
    """Return a copy of `intact_squeezebert` for one test to change."""
    return Path(shutil.copytree(intact_squeezebert, tmp_path / "sentiment"))


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Return a function that loads a checkpoint and returns the one line with which that is refused."""

    def refuse(source: str | Path, task: str | None = None) -> str:
        with pytest.raises(InputError) as error:
            load_checkpoint(source, task)
        message = str(error.value)
        assert "\n" not in message
        return message

    return refuse
