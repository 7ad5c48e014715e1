"""Visits and measurements as rows of the history's tables, and back."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

from edge.errors import InputError
from edge.history.document import Measurement, StoredMeasurement, StoredVisit, Visit
from edge.history.runs import decode_runs, encode_runs

Document = TypeVar("Document")


def visit_row(visit: Visit) -> dict[str, Any]:
    """Return the columns of a visit, but for its number."""
    return {
        "time": visit.time.astimezone(UTC).isoformat(timespec="milliseconds"),
        "label": visit.label,
        "version": visit.version,
        "model": visit.model,
        "device_identity": visit.device.identity,
        "device": visit.device.model_dump_json(),
    }


def measurement_row(measurement: Measurement) -> dict[str, Any]:
    """Return the columns of a measurement, but for its number and its visit's."""
    timing = measurement.timing
    return {
        "artifact": measurement.artifact,
        "artifact_sha256": measurement.artifact_sha256,
        "sequence_length": measurement.sequence_length,
        "recipe": measurement.recipe,
        "format": measurement.format,
        "runtime": measurement.runtime,
        "program": measurement.program,
        "threads": measurement.threads,
        "cores": json.dumps(measurement.cores),
        "load_ms": measurement.load_ms,
        "peak_rss_mb": timing.peak_rss_mb,
        "warmed_up": timing.warmed_up,
        "warm_up_ms": encode_runs(timing.warm_up_ms),
        "latencies_ms": encode_runs(timing.latencies_ms),
        "state_before": timing.before.model_dump_json(),
        "state_after": timing.after.model_dump_json(),
        "marks": json.dumps(measurement.marks, ensure_ascii=False),
        "parity": json.dumps(measurement.parity),
        "core_ml": None if measurement.core_ml is None else measurement.core_ml.model_dump_json(),
    }


def read_visit(path: Path, row: sqlite3.Row) -> StoredVisit:
    """Return the visit that a row of the history at `path` holds.

    Raises
    ------
    InputError
        If it is damaged, or of another version.
    """
    columns = ("number", "time", "label", "version", "model")
    return _checked(
        f"{path}: visit {row['number']}",
        lambda: StoredVisit.model_validate(_copied(row, columns) | {"device": json.loads(row["device"])}),
    )


def read_measurement(path: Path, row: sqlite3.Row) -> StoredMeasurement:
    """Return the measurement that a row of the history at `path` holds.

    Raises
    ------
    InputError
        If it is damaged, or of another version.
    """
    return _checked(f"{path}: visit {row['visit']}", lambda: _measurement(row))


def _measurement(row: sqlite3.Row) -> StoredMeasurement:
    columns = ("visit", "artifact", "artifact_sha256", "sequence_length", "recipe", "format", "runtime", "program")
    timing = {
        "warm_up_ms": decode_runs(row["warm_up_ms"]),
        "latencies_ms": decode_runs(row["latencies_ms"]),
        "warmed_up": bool(row["warmed_up"]),
        "peak_rss_mb": row["peak_rss_mb"],
        "before": json.loads(row["state_before"]),
        "after": json.loads(row["state_after"]),
    }
    return StoredMeasurement.model_validate(
        _copied(row, (*columns, "threads", "load_ms"))
        | {name: json.loads(row[name]) for name in ("cores", "marks", "parity")}
        | {"timing": timing, "core_ml": None if row["core_ml"] is None else json.loads(row["core_ml"])}
    )


def _copied(row: sqlite3.Row, columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in columns}


def _checked(place: str, read: Callable[[], Document]) -> Document:
    try:
        return read()
    # A pydantic ValidationError and what JSON cannot decode are ValueErrors too.
    except (ValueError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{place} is damaged or of another squeezebert-edge ({reason})") from error
