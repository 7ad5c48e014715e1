"""The store beside a bundle: every measurement of every visit, kept when the bundle is built again."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.history.database import reading, writing
from edge.history.document import (
    Measurement,
    StoredMeasurement,
    StoredVisit,
    Visit,
    VisitSummary,
    summarize_measurement,
)
from edge.history.rows import measurement_row, read_measurement, read_visit, visit_row

ENDING = ".history.sqlite"

# What a reference says for the newest visit.
LAST = "last"


def beside(bundle: Path) -> Path:
    """Return where the history of the bundle in folder `bundle` lies: ``X.history.sqlite`` beside ``X``."""
    # Resolved: a folder has one history, whatever way leads to it.
    folder = bundle.resolve()
    return folder.parent / f"{folder.name}{ENDING}"


def check_label(label: str) -> None:
    """Check that a visit may be called `label` and can be found by it.

    Raises
    ------
    InputError
        If it is empty, no single line, a number, or ``last``.
    """
    if label != label.strip() or not label or not label.isprintable():
        raise InputError(f"label {label!r}: write a word, or some words in one line, without spaces around them")
    if label == LAST or label.isdecimal():
        raise InputError(f"label '{label}': take one that is no visit's number and not '{LAST}'")


def prepare(path: Path) -> None:
    """Make the history at `path` if there is none, so that what keeps it from being written shows before measuring.

    Raises
    ------
    InputError
        If the file cannot be written, is no history, is damaged, was written by a newer version or is in use.
    OSError
        If the disk is full.
    """
    with writing(path):
        pass


def append(path: Path, visit: Visit, measurements: Sequence[Measurement]) -> int:
    """Add a visit and what was measured in it, all or nothing; return the visit's number.

    Raises
    ------
    InputError
        If the visit's label is not allowed, or as `prepare`.
    OSError
        If the disk is full.
    """
    if visit.label is not None:
        check_label(visit.label)
    with writing(path) as connection:
        number = _insert(connection, "visit", visit_row(visit))
        for measurement in measurements:
            _insert(connection, "measurement", {"visit": number, **measurement_row(measurement)})
    return number


def visits(path: Path) -> list[StoredVisit]:
    """Return the visits, oldest first; none if there is no history yet.

    Raises
    ------
    InputError
        If the file cannot be read, is no history, is damaged, was written by a newer version or is in use.
    """
    return [read_visit(path, row) for row in _select(path, "SELECT * FROM visit ORDER BY number")]


def measurements(path: Path, visit: int | None = None) -> list[StoredMeasurement]:
    """Return the measurements of one visit, or of all, in the order in which they were added.

    Raises
    ------
    InputError
        As `visits`.
    """
    condition, values = ("", ()) if visit is None else ("WHERE visit = ?", (visit,))
    rows = _select(path, f"SELECT * FROM measurement {condition} ORDER BY visit, number", values)
    return [read_measurement(path, row) for row in rows]


def summaries(path: Path) -> list[VisitSummary]:
    """Return the visits, oldest first, with their measurements in a few figures; none if there is no history yet.

    Raises
    ------
    InputError
        As `visits`.
    """
    # In this order: a visit that another program adds in between is not seen, rather than seen without measurements.
    known, found = visits(path), measurements(path)
    return [
        VisitSummary(
            **dict(visit), measurements=[summarize_measurement(each) for each in found if each.visit == visit.number]
        )
        for visit in known
    ]


def _select(path: Path, query: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
    with reading(path) as connection:
        if connection is None:
            return []
        connection.row_factory = sqlite3.Row
        return connection.execute(query, values).fetchall()


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    """Add a row and return its number."""
    places = ", ".join(f":{name}" for name in row)
    cursor = connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)
    assert cursor.lastrowid is not None
    return cursor.lastrowid
