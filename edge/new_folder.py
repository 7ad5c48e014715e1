"""A folder that appears whole or not at all, where nothing was before."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import InputError


def check_place(target: Path) -> None:
    """Raise InputError if something is at `target` already, or its parent is no folder."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(f"{target}: exists already; choose another --out")
    parent = next(folder for folder in target.absolute().parents if folder.exists())
    if not parent.is_dir():
        raise InputError(f"{target}: {parent} is a file; choose another --out")


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target` that becomes `target` at the end, or vanishes on any error.

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
            yield draft
            draft.rename(place)
    except PermissionError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another --out") from error
