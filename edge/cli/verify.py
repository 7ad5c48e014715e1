"""``squeezebert-edge verify``."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress


def verify(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check every file's checksum, and every artifact's parity with the fp32 reference on this host."""
    from edge.bundle import damaged_files, open_bundle
    from edge.devices.host import default_threads
    from edge.errors import GateError, InputError
    from edge.report import make_document
    from edge.report.table import result_table
    from edge.runtimes import why_unavailable
    from edge.tasks import find_task
    from edge.verify import failures, verify_artifacts

    opened = open_bundle(bundle)
    problems = damaged_files(opened)
    if problems:
        raise GateError(f"{'; '.join(problems)}; restore it or build the bundle again")
    chosen = [opened.artifact(name) for name in artifact] if artifact else opened.manifest.artifacts
    reasons = {entry.id: why_unavailable(entry.format) for entry in chosen}
    for name, reason in reasons.items():
        if reason is not None:
            print_note(f"note: {name} is not verified here: {reason}")
    runnable = [entry for entry in chosen if reasons[entry.id] is None]
    if not runnable:
        raise InputError(f"{bundle}: no artifact of it can run on this host")
    task = find_task(opened.manifest.model.task)
    with show_progress() as stage:
        results = verify_artifacts(opened.directory, runnable, task, default_threads(), stage)
    document = make_document(opened.manifest, results)
    failed = failures(results)
    if json:
        skipped = [{"artifact": name, "reason": reason} for name, reason in reasons.items() if reason is not None]
        print_json({"passed": not failed, "skipped": skipped, **document.model_dump(mode="json")})
    else:
        print_table(result_table(document))
    if failed:
        raise GateError("; ".join(failed))
