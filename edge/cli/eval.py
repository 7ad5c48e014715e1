"""``squeezebert-edge eval``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress

if TYPE_CHECKING:
    from edge.evaluation import Evaluation


def evaluate(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    data: Annotated[
        Path, typer.Option(help="Rows with labels: .jsonl, .csv, .tsv, .conll, SQuAD's .json; .txt for fill-mask.")
    ],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Folder or Hub id of the fp32 reference; the default is what the bundle was built from.",
        ),
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=1, help="Evaluate this many rows, drawn by a fixed seed. The default is all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compute the task's metric on labelled data, each artifact beside the fp32 reference."""
    from edge.evaluation import evaluate as evaluate_bundle

    with show_progress() as stage:
        found = evaluate_bundle(bundle, data, artifacts=artifact, checkpoint=checkpoint, rows=rows, stage=stage)
    for name, reason in found.skipped.items():
        print_note(f"note: {name} is not evaluated here: {reason}")
    print_note(f"reference: {found.reference_source}")
    if json:
        print_json(found.model_dump(mode="json", exclude_none=True, exclude={"skipped"}))
    else:
        print_table(_table(found))


def _table(found: "Evaluation") -> Table:
    more = list(found.results[0].details or {})
    details = [name for name in more if f"reference_{name}" in more]
    table = Table(
        title=f"{found.task}, {found.rows} rows",
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1),
    )
    table.add_column("artifact", overflow="fold")
    for heading in (found.metric, "fp32", "delta", "agreement"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in details:
        table.add_column(name.replace("_", "\n"), justify="right", no_wrap=True)
        table.add_column("fp32", justify="right", no_wrap=True)
    for row in found.results:
        second = row.details or {}
        values = [second[key] for name in details for key in (name, f"reference_{name}")]
        table.add_row(
            row.artifact,
            f"{row.value:.4f}",
            f"{row.reference:.4f}",
            f"{row.delta:+.4f}",
            f"{row.agreement:.4f}",
            *(f"{value:.4f}" for value in values),
        )
    return table
