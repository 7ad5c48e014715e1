"""Results on stdout, everything else on stderr."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

# Where stdout is no terminal, a table is as wide as it needs to be.
PLAIN_WIDTH = 120

# Its file descriptor.
STDERR = 2


def print_json(document: Any) -> None:
    """Print one JSON document and nothing else."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def print_table(table: Table) -> None:
    """Print a result table."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    console.print(table)


def print_note(text: str) -> None:
    """Print one line beside the results."""
    Console(stderr=True).print(" ".join(text.split("\n")), highlight=False, markup=False, soft_wrap=True)


@contextmanager
def without_library_logs() -> Iterator[None]:
    """Keep what a runtime's C++ code writes to stderr out of sight, so that an error is one line."""
    original = os.dup(STDERR)
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, STDERR)
        yield
    finally:
        os.dup2(original, STDERR)
        os.close(silent)
        os.close(original)
