"""A hash that names a checkpoint by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from edge.errors import InputError


def source_fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Return the SHA-256, in hexadecimal, over names and contents of `files`.

    The names are relative to `root`, so that a copy elsewhere has the same hash.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    digest = hashlib.sha256()
    for name, file in sorted((file.relative_to(root).as_posix(), file) for file in set(files)):
        try:
            with file.open("rb") as content:
                content_digest = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError as error:
            raise InputError(f"{file}: cannot be read ({error.strerror}); check its permissions") from None
        digest.update(f"{name}\0{content_digest}\n".encode())
    return digest.hexdigest()
