"""A folder of files that were expensive to make, each under a key that says what they were made from.

Entries are written beside their place and renamed, so that builds may run at once. What is read is copied, and the copy
checked against its checksum: neither a damaged entry nor a later change in the cache reaches what was built.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.checksums import sha256, size

# Where the cache lies, if set.
VARIABLE = "SQUEEZEBERT_EDGE_CACHE"
NAME = "squeezebert-edge"

# SqueezeBERT-base has 53 MB in int8 and 204 MB in fp32: some twenty builds of all formats.
LIMIT_BYTES = 5_000_000_000

ENTRY = "entry.json"
DRAFT = ".draft-"

# A draft this old belongs to a build that was killed.
STALE_SECONDS = 24 * 3600


def default_folder() -> Path | None:
    """Return where this user's cache lies: `VARIABLE`, or the system's place; None for a user without a home."""
    if given := os.environ.get(VARIABLE):
        return Path(os.path.expanduser(given)).absolute()
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / NAME / "Cache"
    system = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification has relative paths ignored.
    return (system if system.is_absolute() else home / ".cache") / NAME


def content_key(content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON-serializable description."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ContentCache:
    """Entries in a folder.

    Attributes
    ----------
    folder
        Made when the first entry is kept.
    limit_bytes
        Entries that were not used for the longest time are removed beyond it.
    """

    folder: Path
    limit_bytes: int = LIMIT_BYTES

    def take(self, key: str, places: Mapping[str, Path]) -> dict[str, Any] | None:
        """Copy an entry's files to `places`, by name, and return its document; None if there is none.

        A damaged entry is removed and counts as none; nothing is left at `places` then.
        """
        entry = self.folder / key
        try:
            stored = json.loads((entry / ENTRY).read_text(encoding="utf-8"))
            document: dict[str, Any] = stored["document"]
            if stored["sha256"] != _checksum(stored["files"], document) or set(stored["files"]) != set(places):
                raise ValueError(f"{entry}: damaged")
            for name, place in places.items():
                _copy(entry / name, place)
                if sha256(place) != stored["files"][name]:
                    raise ValueError(f"{entry / name}: damaged")
        except (FileNotFoundError, KeyError, TypeError, ValueError):
            _remove_all(places.values())
            self._remove(entry)
            return None
        except OSError:
            # Not readable here, or no room at `places`: no reason to take it from others.
            _remove_all(places.values())
            return None
        with suppress(OSError):
            # What was used last is removed last; where only reading is allowed, nothing is.
            os.utime(entry)
        return document

    def keep(self, key: str, files: Mapping[str, Path], document: Mapping[str, Any]) -> None:
        """Add copies of `files`, by name, and a JSON-serializable `document`; then remove what is beyond the limit.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        if (self.folder / key).exists() or sum(size(file) for file in files.values()) > self.limit_bytes:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=DRAFT, dir=self.folder, ignore_cleanup_errors=True) as draft:
            entry = Path(draft) / key
            entry.mkdir()
            for name, file in files.items():
                _copy(file, entry / name)
            checksums = {name: sha256(entry / name) for name in files}
            stored = {"files": checksums, "document": document, "sha256": _checksum(checksums, document)}
            (entry / ENTRY).write_text(json.dumps(stored), encoding="utf-8")
            try:
                entry.rename(self.folder / key)
            except OSError:
                # Another build has kept the same meanwhile.
                if not (self.folder / key).exists():
                    raise
        self._shrink()

    def _shrink(self) -> None:
        """Remove the entries used longest ago beyond the limit, and drafts of builds that were killed."""
        entries = []
        for path in self.folder.iterdir():
            # FileNotFoundError: another build has removed it.
            with suppress(FileNotFoundError):
                used = path.stat().st_mtime
                if not path.name.startswith(DRAFT):
                    entries.append((used, size(path), path))
                elif time.time() - used > STALE_SECONDS:
                    _remove_all([path])
        total = sum(bytes_ for _, bytes_, _ in entries)
        for _, bytes_, path in sorted(entries):
            if total <= self.limit_bytes:
                return
            self._remove(path)
            total -= bytes_

    def _remove(self, entry: Path) -> None:
        """Remove an entry, first from its place: another build finds all of it or nothing."""
        with (
            suppress(OSError),
            tempfile.TemporaryDirectory(prefix=DRAFT, dir=self.folder, ignore_cleanup_errors=True) as aside,
        ):
            entry.rename(Path(aside) / entry.name)


def _checksum(files: Mapping[str, str], document: Mapping[str, Any]) -> str:
    return content_key({"files": dict(files), "document": dict(document)})


def _copy(source: Path, place: Path) -> None:
    # Content only: who may read it is the new place's matter.
    if source.is_dir():
        shutil.copytree(source, place, copy_function=shutil.copyfile)
    else:
        shutil.copyfile(source, place)


def _remove_all(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
