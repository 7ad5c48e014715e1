"""SHA-256 and size of files and of folders such as an .mlpackage."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file, or of a folder's relative paths and contents."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for member in _members(path):
        digest.update(f"{member.relative_to(path).as_posix()}\0{sha256(member)}\n".encode())
    return digest.hexdigest()


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return path.stat().st_size if path.is_file() else sum(member.stat().st_size for member in _members(path))


def _members(folder: Path) -> list[Path]:
    return sorted(member for member in folder.rglob("*") if member.is_file())
