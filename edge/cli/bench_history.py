"""What ``bench`` keeps beside the bundle, and what it says about earlier visits."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from edge.cli.output import print_json, print_note, print_table

if TYPE_CHECKING:
    from edge.bundle import Bundle
    from edge.devices.information import DeviceInformation
    from edge.history.comparison import Comparison
    from edge.history.document import Measurement
    from edge.verify import VerifiedArtifact


def print_history(bundle: Path, json: bool) -> None:
    """Print the visits that were kept beside `bundle`.

    Raises
    ------
    InputError
        If there are none, or they cannot be read.
    """
    from edge.cli.history_tables import visit_table
    from edge.errors import InputError
    from edge.history.store import beside, summaries

    path = beside(bundle)
    visits = summaries(path)
    if json:
        print_json([visit.model_dump(mode="json") for visit in visits])
    elif visits:
        print_table(visit_table(visits))
    else:
        raise InputError(f"{path}: nothing is kept yet; 'squeezebert-edge bench {bundle}' measures and keeps it")


def history_to_write(bundle: Path, needed: bool) -> Path | None:
    """Return the history beside `bundle`, made if there is none; None, with a note, where none can be written.

    Parameters
    ----------
    needed
        Whether the user asked for what only a history gives.

    Raises
    ------
    InputError
        If it is needed and cannot be written.
    """
    from edge.errors import InputError
    from edge.history.store import beside, prepare

    path = beside(bundle)
    try:
        prepare(path)
    except InputError as error:
        if needed:
            raise
        print_note(f"note: this visit is not kept: {error}")
        return None
    return path


def measurements_of(results: "Sequence[VerifiedArtifact]") -> "list[Measurement]":
    """Return what the history keeps of each measured artifact: every run."""
    from edge.history.document import Measurement

    kept = []
    for result in results:
        run = result.runs[-1]
        assert run.timing is not None
        assert result.benchmark is not None
        kept.append(
            Measurement(
                artifact=result.artifact.id,
                artifact_sha256=result.artifact.sha256,
                sequence_length=run.sequence_length,
                recipe=result.artifact.recipe,
                format=result.artifact.format,
                runtime=run.runtime,
                program=run.program,
                threads=run.threads,
                cores=run.cores,
                load_ms=run.load_ms,
                timing=run.timing,
                marks=result.benchmark.marks,
                parity=result.artifact.parity,
                core_ml=run.core_ml,
            )
        )
    return kept


def keep_visit(
    path: Path,
    bundle: "Bundle",
    device: "DeviceInformation",
    begin: datetime,
    label: str | None,
    measurements: "Sequence[Measurement]",
) -> int:
    """Add a visit to the history at `path`; return its number."""
    from edge.history.document import Visit
    from edge.history.store import append

    visit = Visit(
        time=begin.astimezone(UTC),
        label=label,
        version=metadata.version("squeezebert-edge"),
        model=bundle.manifest.model.name,
        device=device,
    )
    return append(path, visit, measurements)


def print_comparison(comparison: "Comparison") -> None:
    """Print what became slower and faster, and why it counts or not."""
    from edge.cli.history_tables import comparison_notes, comparison_table

    print_table(comparison_table(comparison))
    for line in comparison_notes(comparison):
        print_note(f"note: {line}")
