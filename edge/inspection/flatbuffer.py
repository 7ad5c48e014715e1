"""Flatbuffer files, told apart by the identifier behind their first four bytes."""

from pathlib import Path

from edge.errors import InputError


def read_flatbuffer(path: Path, identifier: bytes) -> bytes:
    """Return the bytes of the file at `path`.

    Raises
    ------
    InputError
        If it cannot be read, or does not begin like a file of this kind.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if data[4 : 4 + len(identifier)] != identifier:
        raise InputError(f"{path}: not a {path.suffix} file; build it again")
    return data
