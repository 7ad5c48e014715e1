"""``squeezebert-edge verify``."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress
from edge.compute_units import ComputeUnits


def verify(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all.")
    ] = None,
    compute_units: Annotated[
        ComputeUnits | None, typer.Option(help="Devices that Core ML may use, on macOS. The default is all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check every file's checksum, and every artifact's parity with the fp32 reference on this host."""
    from edge.bundle import damaged_files, open_bundle
    from edge.devices.host import default_threads
    from edge.errors import GateError
    from edge.report import make_document
    from edge.report.table import result_table
    from edge.runtimes.coreml import check_compute_units
    from edge.runtimes.selection import select_runnable
    from edge.tasks import find_task
    from edge.verify import failures, verify_artifacts

    opened = open_bundle(bundle)
    chosen = [opened.artifact(name) for name in artifact] if artifact else opened.manifest.artifacts
    if compute_units is not None:
        check_compute_units({entry.format for entry in chosen})
    problems = damaged_files(opened)
    if problems:
        raise GateError(f"{'; '.join(problems)}; restore it or build the bundle again")
    runnable, skipped = select_runnable(chosen, asked_for=bool(artifact))
    for name, reason in skipped.items():
        print_note(f"note: {name} is not verified here: {reason}")
    task = find_task(opened.manifest.model.task)
    with show_progress() as stage:
        results = verify_artifacts(
            opened.directory, runnable, task, default_threads(), stage, compute_units=compute_units
        )
    document = make_document(opened.manifest, results)
    failed = failures(results)
    if json:
        left_out = [{"artifact": name, "reason": reason} for name, reason in skipped.items()]
        print_json({"passed": not failed, "skipped": left_out, **document.model_dump(mode="json")})
    else:
        print_table(result_table(document))
    if failed:
        raise GateError("; ".join(failed))
