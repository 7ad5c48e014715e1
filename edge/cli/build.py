"""``squeezebert-edge build``."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.build_file import read_build_file
from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress


def build(
    model: Annotated[str, typer.Argument(help="Folder or Hub id of a trained SqueezeBERT or BERT checkpoint.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the bundle to.")],
    task: Annotated[str | None, typer.Option(help="See 'list tasks'; the default comes from the checkpoint.")] = None,
    formats: Annotated[
        str | None, typer.Option(help="See 'list formats'; several with commas. The default is all.")
    ] = None,
    recipe: Annotated[
        list[str] | None, typer.Option(help="See 'list recipes'; may be repeated. The default is int8.")
    ] = None,
    sequence_length: Annotated[
        list[int] | None, typer.Option(help="Length in tokens; may be repeated. The default is 128.")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option(help="Device to build for, see 'list targets'; may be repeated.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="Texts like those the model will meet (.txt, .jsonl); some are built in.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="TOML file with these options; the command line overrides it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the bundle that is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print report.json instead of a table.")] = False,
) -> None:
    """Convert, quantize and verify a checkpoint, and write the bundle if every gate passes."""
    from edge.errors import InputError
    from edge.pipeline import build as build_bundle
    from edge.report.document import ReportDocument
    from edge.report.table import result_table

    names = None if formats is None else [name.strip() for name in formats.split(",") if name.strip()]
    if names == []:
        raise InputError("--formats names no format; leave it out to build all")
    options = read_build_file(config) if config is not None else {}
    given = {
        "task": task,
        "formats": names,
        "recipes": recipe,
        "sequence_lengths": sequence_length,
        "targets": target,
        "calibration": calibration,
    }
    options.update({name: value for name, value in given.items() if value})
    with show_progress() as stage:
        bundle = build_bundle(model, out, force=force, stage=stage, **options)
    document = ReportDocument.model_validate_json((bundle.directory / "report.json").read_text(encoding="utf-8"))
    if json:
        print_json(document.model_dump(mode="json"))
    else:
        print_table(result_table(document))
        print_note(f"wrote {bundle.directory}; open {bundle.directory / 'report.html'} for charts")
