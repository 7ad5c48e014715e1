"""The laboratory's boards, and a bundle for them, for tests marked ``device``."""

from pathlib import Path

import pytest

import edge
from tests.device_lab.fixtures import bare_board, board, device_lab

__all__ = ["bare_board", "board", "device_lab", "pte_bundle", "tflite_bundle"]


@pytest.fixture(scope="session")
def tflite_bundle(small_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle with ``tflite-int8-dynamic-16`` alone, which takes a fifth of the time of `small_bundle`."""
    directory = tmp_path_factory.mktemp("tflite-bundle") / "sentiment"
    edge.build(small_checkpoint, directory, formats=["tflite"], recipes=["int8-dynamic"], sequence_lengths=[16])
    return directory


@pytest.fixture(scope="session")
def pte_bundle(small_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle with ``executorch-int8-dynamic-16`` alone."""
    directory = tmp_path_factory.mktemp("pte-bundle") / "sentiment"
    edge.build(small_checkpoint, directory, formats=["executorch"], recipes=["int8-dynamic"], sequence_lengths=[16])
    return directory
