"""How artifacts and their files are called."""

from collections.abc import Sequence
from pathlib import Path

from converters.backend import Backend
from converters.format import FORMATS


def artifact_id(backend: Backend, recipe: str, sequence_lengths: Sequence[int]) -> str:
    """Return an id that is unique within a bundle: ``<format>-<recipe>-<length>``.

    A backend that is not its format's default stands before the recipe; ``multi`` stands for several lengths.
    """
    return f"{backend.format}-{_name(backend, recipe, sequence_lengths)}"


def artifact_path(backend: Backend, recipe: str, sequence_lengths: Sequence[int], directory: Path) -> Path:
    """Return where a converter writes the artifact in `directory`: the id without the format, and a suffix."""
    return directory / f"{_name(backend, recipe, sequence_lengths)}{FORMATS[backend.format].suffix}"


def function_name(sequence_length: int) -> str:
    """Return the name of the function for a length, in a file that has several."""
    return f"length_{sequence_length}"


def layer_values_path(artifact: Path) -> Path:
    """Return where the layer values of the artifact at `artifact` are written, beside it."""
    return artifact.with_name(f"{artifact.stem}.layers.json")


def _name(backend: Backend, recipe: str, sequence_lengths: Sequence[int]) -> str:
    length = str(sequence_lengths[0]) if len(sequence_lengths) == 1 else "multi"
    return f"{backend.prefix}{recipe}-{length}"
