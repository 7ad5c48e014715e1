"""Texts that people wrote; texts/ATTRIBUTION.md names their sources."""

import lzma
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


def clinc150() -> list[str]:
    """Return CLINC150's 23,700 queries to an assistant."""
    return _lines("clinc150.txt.xz")


def wnut17() -> list[str]:
    """Return WNUT17's 5,690 comments, as tokens with spaces between them."""
    return _lines("wnut17.txt.xz")


def _lines(name: str) -> list[str]:
    # Not splitlines: U+2028 and the like are characters of these texts.
    return lzma.decompress((FOLDER / name).read_bytes()).decode("utf-8").removesuffix("\n").split("\n")
