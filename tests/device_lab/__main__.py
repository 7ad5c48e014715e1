"""``python -m tests.device_lab`` installs the laboratory; ``python -m tests.device_lab board`` starts a board in it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from edge.cli.progress import show_progress
from edge.errors import InputError
from tests.device_lab.board import HOST, start_board
from tests.device_lab.environment import installed
from tests.device_lab.installation import install
from tests.device_lab.laboratory import DeviceLab, default_folder
from tests.laboratory.command import run_and_exit


def run(arguments: Sequence[str]) -> None:
    """Install, and run what the command line names."""
    if arguments not in ([], ["board"]):
        raise InputError("usage: python -m tests.device_lab [board]")
    with show_progress() as stage:
        lab = install(default_folder(), stage)
    if not arguments:
        print(lab.folder)
        return
    with tempfile.TemporaryDirectory(prefix="device-lab-") as folder:
        _run_board(lab, Path(folder))


def _run_board(lab: DeviceLab, folder: Path) -> None:
    with start_board(lab, folder / "board", installed(lab)) as board:
        print(f"ssh -F {board.config} {HOST}")
        print("until Ctrl-C", flush=True)
        board.process.wait()


def main() -> None:
    """Run the command line and exit: 0 done, 2 if this machine cannot."""
    run_and_exit(run)


if __name__ == "__main__":
    main()
