"""Which reader reads which file."""

from collections.abc import Callable
from pathlib import Path

from edge.errors import InputError
from edge.samples.conll import read_conll
from edge.samples.json_lines import read_json_lines
from edge.samples.sample import Sample
from edge.samples.squad import read_squad
from edge.samples.table import read_csv, read_tsv
from edge.samples.text_lines import read_text_lines

# One line a suffix.
READERS: dict[str, Callable[[Path], list[Sample]]] = {
    ".txt": read_text_lines,
    ".jsonl": read_json_lines,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".conll": read_conll,
    ".bio": read_conll,
    ".annotated": read_conll,
    ".json": read_squad,
}


def read_samples(path: Path) -> list[Sample]:
    """Read the rows of a file; its suffix says how (`READERS`).

    Raises
    ------
    InputError
        If the file is missing, cannot be read, is of another kind, holds nothing, or has a row that is wrong.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: data is read from {', '.join(READERS)} (SQuAD's JSON); save it as one of these")
    samples = reader(path)
    if not samples:
        raise InputError(f"{path}: holds no text; add rows")
    return samples
