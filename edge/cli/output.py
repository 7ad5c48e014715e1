"""Results on stdout, everything else on stderr."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table

# Where stdout is no terminal, a table is as wide as it needs to be.
PLAIN_WIDTH = 120


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
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
