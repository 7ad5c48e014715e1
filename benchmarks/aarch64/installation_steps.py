"""An installation in steps.

A finished step leaves ``<step>.json`` with what it was made from and the versions that it got; it is not done again
while that stays the same. An interrupted step starts anew and takes what was downloaded.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge.child_process import Stage
from edge.errors import InputError


def install_step(
    folder: Path, name: str, made_from: Any, stage: Stage, work: Callable[[], dict[str, str]]
) -> dict[str, str]:
    """Do one step unless it is done; it makes ``folder/name``. Return the versions that it got."""
    record = folder / f"{name}.json"
    wanted = json.loads(json.dumps(made_from))
    done = _read(record)
    if done is not None and done["made_from"] == wanted:
        return dict(done["versions"])
    record.unlink(missing_ok=True)
    for left in (folder / name, folder / f"{name}.part"):
        shutil.rmtree(left, ignore_errors=True)
    with stage(f"laboratory: {name}"):
        versions = work()
    written = folder / f"{name}.json.part"
    written.write_text(json.dumps({"made_from": wanted, "versions": versions}, indent=1) + "\n", encoding="utf-8")
    written.rename(record)
    return versions


def _read(record: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return document


@contextmanager
def installation_lock(folder: Path, setting: str = "--lab") -> Iterator[None]:
    """Let one process at a time install; another one waits.

    Parameters
    ----------
    setting
        What names the folder, for the message if it cannot be written: an option or a variable.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written ({error.strerror}); name another folder with {setting}"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
