"""The runner as a folder of its own, for a device that this machine does not reach."""

import shutil
import tempfile
from pathlib import Path

from edge.errors import InputError
from edge.runner.folder import RunnerFolder


def check_place(target: Path) -> None:
    """Raise InputError if something is at `target` already, or its parent is no folder."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(f"{target}: exists already; choose another --out")
    parent = next(folder for folder in target.absolute().parents if folder.exists())
    if not parent.is_dir():
        raise InputError(f"{target}: {parent} is a file; choose another --out")


def export(runner: RunnerFolder, target: Path) -> RunnerFolder:
    """Copy the runner to `target`, which appears whole or not at all.

    Raises
    ------
    InputError
        If something is there already, or it cannot be written.
    """
    check_place(target)
    place = target.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as name:
            draft = Path(name) / place.name
            draft.mkdir()
            for file in runner.files:
                shutil.copy(file, draft)
            draft.rename(place)
    except PermissionError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another --out") from error
    return RunnerFolder(target, runner.system, runner.architecture)
