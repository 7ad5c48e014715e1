"""A .txt file: one text a line."""

from pathlib import Path

from edge.samples.sample import Sample
from edge.samples.text_file import read_text


def read_text_lines(path: Path) -> list[Sample]:
    """Read one text from each line that has one.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    # Not splitlines: a text may hold characters such as U+2028.
    lines = enumerate(read_text(path).split("\n"), start=1)
    return [Sample(line.strip(), place=f"{path}, line {number}") for number, line in lines if line.strip()]
