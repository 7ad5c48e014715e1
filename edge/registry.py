"""Looking things up by the name that a user typed, and reading entries that are TOML files."""

import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, TypeVar

from edge.errors import InputError

Entry = TypeVar("Entry")


def find_entry(entries: Mapping[str, Entry], name: str, kind: str) -> Entry:
    """Return the entry called `name`.

    Parameters
    ----------
    kind
        What the entries are, for the message: ``task``, ``format``, ``recipe``, ``target``.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in entries:
        raise InputError(f"unknown {kind} '{name}': choose one of {', '.join(entries)}")
    return entries[name]


def read_entries(package: str, folder: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the content of ``<folder>/<name>.toml`` in `package` for each name, with lists as tuples."""
    directory = resources.files(package) / folder
    entries = []
    for name in names:
        data = tomllib.loads((directory / f"{name}.toml").read_text(encoding="utf-8"))
        entries.append({key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})
    return entries
