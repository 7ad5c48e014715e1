"""Where a checkpoint is: a directory, or a model on the Hugging Face Hub."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from edge.checkpoint.hub import download_description
from edge.errors import InputError

HUB_ID = re.compile(r"(?=.{1,96}$)[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")


@dataclass(frozen=True)
class Source:
    """A located checkpoint.

    Attributes
    ----------
    name
        Base name of the directory, or last part of the Hub id.
    directory
        Folder with its files; of a Hub model, all but the weights are there.
    hub_id
        Set when the weights have to be downloaded.
    """

    name: str
    directory: Path
    hub_id: str | None


def locate_source(source: str | Path) -> Source:
    """Find the checkpoint `source`, which is a directory or else a Hub id.

    Raises
    ------
    InputError
        If it is neither, or the Hub does not give it.
    """
    try:
        path = Path(source).expanduser()
    except RuntimeError:
        raise InputError(f"{str(source)!r}: no such home directory; write the path in full") from None
    # os.path, unlike pathlib, answers False for names that no file can have.
    if str(source) and os.path.isdir(path):
        absolute = Path(os.path.abspath(path))
        return Source(absolute.name or "model", absolute, None)
    if os.path.exists(path) and str(source):
        raise InputError(f"{str(source)!r}: a file; pass the folder with config.json, weights and tokenizer")
    if isinstance(source, Path) or _looks_like_path(source):
        raise InputError(f"{str(source)!r}: no such directory; pass an existing folder or a Hugging Face Hub id")
    return Source(source.rpartition("/")[2], download_description(source), source)


def _looks_like_path(source: str) -> bool:
    return (
        HUB_ID.fullmatch(source) is None
        or ".." in source
        or source.startswith((".", "/", "~"))
        # A Hub owner that happens to be a folder here is far less likely than a misspelt folder.
        or ("/" in source and os.path.isdir(os.path.dirname(source)))
    )
