"""``squeezebert-edge inspect``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_table
from edge.cli.progress import show_progress

if TYPE_CHECKING:
    from edge.inspection import Inspection


def inspect(
    path: Annotated[
        Path, typer.Argument(metavar="BUNDLE|ARTIFACT", help="Bundle folder, or a .pte, .tflite, .onnx, .mlpackage.")
    ],
    artifact: Annotated[str | None, typer.Option(help="Artifact id: look into this one of the bundle.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show a bundle's artifacts, or an artifact's operators, delegation and sizes by layer."""
    from edge.bundle import open_bundle, sensitivity_of
    from edge.cli.inspection_tables import artifact_table, parity_table, summary_table
    from edge.errors import InputError
    from edge.inspection import FORMATS_BY_SUFFIX

    if path.is_file() or path.suffix in FORMATS_BY_SUFFIX:
        if artifact is not None:
            raise InputError(f"{path}: --artifact chooses from a bundle, this is no bundle; leave the option out")
        _show(_inspected(path), json)
        return
    bundle = open_bundle(path)
    manifest = bundle.manifest
    if artifact is not None:
        entry = bundle.artifact(artifact)
        inspection = _inspected(bundle.path(entry))
        _show(inspection.model_copy(update={"sensitivity": sensitivity_of(bundle, entry)}), json)
    elif json:
        parts = manifest.model_dump(mode="json")
        print_json({"model": parts["model"], "artifacts": parts["artifacts"]})
    else:
        _print_tables(summary_table(manifest), artifact_table(manifest), parity_table(manifest))


def _inspected(path: Path) -> "Inspection":
    from edge.child_process import Job, run_jobs
    from edge.inspection import Inspection

    job = Job(f"inspecting {path.name}", "edge.inspection.worker", {"path": str(path)})
    with show_progress() as stage:
        (answer,) = run_jobs([job], stage, workers=1)
    return Inspection.model_validate(answer)


def _show(inspection: "Inspection", json: bool) -> None:
    from edge.cli.inspection_tables import headline, layer_table, operator_table, sensitivity_table

    if json:
        print_json(inspection.model_dump(mode="json"))
        return
    print(headline(inspection), end="\n\n")
    tables = [operator_table(inspection), layer_table(inspection)]
    if inspection.sensitivity is not None:
        tables.append(sensitivity_table(inspection.sensitivity))
    _print_tables(*tables)


def _print_tables(*tables: Table) -> None:
    for index, table in enumerate(tables):
        if index > 0:
            print()
        print_table(table)
