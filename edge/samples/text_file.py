"""Reading a whole text file, with every way that this can fail as one line."""

import os
from pathlib import Path

from edge.errors import InputError


def read_text(path: Path) -> str:
    """Return the content of the UTF-8 file at `path`, line ends as they are, without a byte order mark.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read or is not UTF-8.
    """
    # os.path, unlike pathlib, answers False for names that no file can have.
    if os.path.isdir(path):
        raise InputError(f"{path}: a folder; pass a file")
    if not os.path.exists(path):
        raise InputError(f"{path}: no such file; check the path")
    if not os.path.isfile(path):
        raise InputError(f"{path}: not an ordinary file; save the data to one")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
