"""Folders in the user's cache that are made once and used where they lie.

They lie among the entries of `edge.content_cache.ContentCache`, which removes what was not used for the longest time.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from edge.content_cache import DRAFT
from edge.errors import InputError


def make_once(place: Path, mark: str, make: Callable[[Path], Path]) -> Path:
    """Return the folder `place`; make it if it is not there.

    Parameters
    ----------
    mark
        A file in it, without which it counts as not there.
    make
        Is given an empty folder for its work and returns the finished folder inside.

    Raises
    ------
    InputError
        If the cache cannot be written.
    """
    try:
        if not (place / mark).is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            # The cache removes drafts, too, if this process is killed.
            with tempfile.TemporaryDirectory(prefix=DRAFT, dir=place.parent, ignore_cleanup_errors=True) as draft:
                _move(make(Path(draft)), place)
        os.utime(place)
    except OSError as error:
        raise InputError(f"{error.filename or place}: cannot be written ({error.strerror})") from error
    return place


def _move(folder: Path, place: Path) -> None:
    try:
        folder.rename(place)
    except OSError:
        # Another process has made the same meanwhile.
        if not place.is_dir():
            raise
