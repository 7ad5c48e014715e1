"""Which library an address of the guest lies in, from Linux's /proc/<pid>/maps."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

UNKNOWN = "?"


@dataclass(frozen=True)
class Mapping:
    """One range of addresses.

    Attributes
    ----------
    start, end
        First address, and the one behind the last.
    offset
        Where it begins in the file, in bytes.
    name
        The file's name without its folder.
    """

    start: int
    end: int
    offset: int
    name: str


@dataclass(frozen=True)
class Place:
    """An address as an offset in a file."""

    name: str
    offset: int

    def __str__(self) -> str:
        return f"{self.name}+{self.offset:#x}"


def parse_mappings(text: str) -> list[Mapping]:
    """Read the executable ranges of files, in order."""
    found = []
    for line in text.splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) < 6 or "x" not in fields[1]:
            continue
        start, end = (int(word, 16) for word in fields[0].split("-"))
        found.append(Mapping(start, end, int(fields[2], 16), PurePosixPath(fields[5]).name))
    return sorted(found, key=lambda mapping: mapping.start)


def locate(address: int, mappings: Sequence[Mapping]) -> Place:
    """Return where `address` lies; `UNKNOWN` if in none of `mappings`."""
    index = bisect_right(mappings, address, key=lambda mapping: mapping.start) - 1
    if index < 0 or address >= mappings[index].end:
        return Place(UNKNOWN, address)
    return Place(mappings[index].name, address - mappings[index].start + mappings[index].offset)
