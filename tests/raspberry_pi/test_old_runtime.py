"""A Raspberry Pi that has tflite-runtime 2.14 in place of ai-edge-litert: it runs what the manifest allows, no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.device_lab.board import Board, start_board
from tests.device_lab.environment import ENVIRONMENT, installed, pip_install
from tests.device_lab.laboratory import DeviceLab
from tests.raspberry_pi.conftest import LENGTH

pytestmark = pytest.mark.device

COMMAND = f"{ENVIRONMENT}/bin/squeezebert-edge"


@pytest.fixture(scope="module")
def old_pi(device_lab: DeviceLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """Return a board with the old runtime."""
    with start_board(device_lab, tmp_path_factory.mktemp("old-pi") / "board", installed(device_lab)) as board:
        board.run(f"{ENVIRONMENT}/bin/pip uninstall --yes ai-edge-litert")
        # numpy 2 changed the binary interface that tflite-runtime 2.14.0 was built for.
        pip_install(board, ENVIRONMENT, "tflite-runtime==2.14.0", "numpy<2")
        yield board


@pytest.fixture(scope="module")
def intents_there(old_pi: Board, bundles: dict[str, Path]) -> str:
    return old_pi.put(bundles["intents"])


def test_int8_static_verifies(old_pi: Board, intents_there: str) -> None:
    done = old_pi.run(f"{COMMAND} verify {intents_there} --artifact tflite-int8-static-{LENGTH}")

    assert done.returncode == 0, done.stderr
    assert "pass" in done.stdout


def test_int8_dynamic_is_refused_in_one_line(old_pi: Board, intents_there: str) -> None:
    done = old_pi.run(f"{COMMAND} verify {intents_there} --artifact tflite-int8-dynamic-{LENGTH}")

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "tflite-runtime 2.14.0" in line
    assert "ai-edge-litert" in line


def test_run_takes_what_the_old_runtime_computes_right(old_pi: Board, intents_there: str) -> None:
    done = old_pi.run(f"{COMMAND} run {intents_there} 'transfer ten dollars to my savings' --json")

    assert done.returncode == 0, done.stderr
    assert f'"tflite-int8-static-{LENGTH}"' in done.stdout
    assert '"label": "transfer"' in done.stdout
