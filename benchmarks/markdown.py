"""Markdown tables and figures as the page writes them."""

from collections.abc import Sequence

from benchmarks.spread import Spread

MISSING = "-"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 1) -> list[str]:
    """Return the lines of a table; columns from `numbers_from` on stand to the right."""
    ruler = ["---" if index < numbers_from else "---:" for index in range(len(head))]
    return [_line(head), f"|{'|'.join(ruler)}|", *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def milliseconds(value: float) -> str:
    """Return about three significant figures."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{decimals}f}"


def between(spread: Spread, written: str = "{:.2f}") -> str:
    """Return both ends of a spread."""
    return f"{written.format(spread.low)} to {written.format(spread.high)}"


def megabytes(value: float) -> str:
    """Return 10^6 bytes."""
    return f"{value / 1e6:.1f}"
