"""The history's file: a SQLite database, opened for one transaction at a time.

Several programs may write at once: each waits for the other. What ends a writer early leaves the file as it was before.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from edge.errors import InputError

SCHEMA_VERSION = 1

# "sqbe" in ASCII, where SQLite files say whose they are (https://www.sqlite.org/fileformat2.html#application_id).
APPLICATION_ID = 0x73716265

# How long to wait for another writer; one transaction takes milliseconds.
BUSY_SECONDS = 30.0

SCHEMA = (
    """
    CREATE TABLE visit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        time TEXT NOT NULL,
        label TEXT,
        version TEXT NOT NULL,
        model TEXT NOT NULL,
        device_identity TEXT NOT NULL,
        device TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE measurement (
        number INTEGER PRIMARY KEY,
        visit INTEGER NOT NULL REFERENCES visit (number) ON DELETE CASCADE,
        artifact TEXT NOT NULL,
        artifact_sha256 TEXT NOT NULL,
        sequence_length INTEGER NOT NULL,
        recipe TEXT NOT NULL,
        format TEXT NOT NULL,
        runtime TEXT NOT NULL,
        program TEXT NOT NULL,
        threads INTEGER NOT NULL,
        cores TEXT NOT NULL,
        load_ms REAL NOT NULL,
        peak_rss_mb REAL,
        warmed_up INTEGER NOT NULL,
        warm_up_ms BLOB NOT NULL,
        latencies_ms BLOB NOT NULL,
        state_before TEXT NOT NULL,
        state_after TEXT NOT NULL,
        marks TEXT NOT NULL,
        parity TEXT NOT NULL,
        core_ml TEXT
    )
    """,
    "CREATE INDEX measurement_visit ON measurement (visit)",
)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the history at `path` for one transaction, which ends with the context; make it if there is none.

    Raises
    ------
    InputError
        If the file cannot be written, is no history, is damaged, was written by a newer version or is in use.
    OSError
        If the disk is full.
    """
    with _explained(path), closing(_connect(path, "rwc")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _is_empty(connection):
                _create(connection)
            _check(path, connection)
            # Even if nothing follows: where only reading is allowed, SQLite says so at the first change.
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            yield connection
        except BaseException:
            # A full disk ends the transaction by itself.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the history at `path` as it is at one moment; None if nothing was written yet.

    Raises
    ------
    InputError
        If the file cannot be read, is no history, is damaged, was written by a newer version or is in use.
    """
    if not path.exists():
        yield None
        return
    # Not read-only: what a writer that was killed has left half done is taken back first. Where only reading is
    # allowed, SQLite reads.
    with _explained(path), closing(_connect(path, "rw")) as connection:
        connection.execute("BEGIN")
        if _is_empty(connection):
            yield None
            return
        _check(path, connection)
        yield connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # As an address, so that SQLite knows the mode; transactions begin and end where this module says.
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def _create(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise InputError(f"{path}: a database of another program, no history of 'bench'; move it away")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path}: written by a newer squeezebert-edge (schema {version}, this one knows {SCHEMA_VERSION});"
            " upgrade squeezebert-edge, or move the file away"
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise InputError(_damaged(path))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one line on what to do."""
    try:
        yield
    except sqlite3.Error as error:
        # The lowest byte; the others say where in SQLite it happened.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        match code:
            case sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
            case sqlite3.SQLITE_NOTADB:
                raise InputError(f"{path}: no history of 'bench', not even a database; move it away") from error
            case sqlite3.SQLITE_CORRUPT:
                raise InputError(_damaged(path)) from error
            case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
                raise InputError(
                    f"{path}: the history cannot be opened ({error}); 'bench' must be allowed to write there"
                ) from error
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise InputError(
                    f"{path}: in use by another program for more than {BUSY_SECONDS:.0f} s; end that and try again"
                ) from error
        raise InputError(f"{path}: {error}; move the file away to begin a new history") from error


def _damaged(path: Path) -> str:
    return f"{path}: damaged; move it away to begin a new history, or bring back a copy"
