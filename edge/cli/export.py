"""``squeezebert-edge export``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table


def export(
    bundle: Annotated[Path, typer.Argument(help="Folder that 'squeezebert-edge build' wrote.")],
    to: Annotated[str, typer.Option("--to", help="What loads the files, see 'list clients'.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to make.")],
    artifact: Annotated[
        str | None, typer.Option(help="Id of the artifact; the default is the longest in int8.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write just the files that another client loads, with a README that shows how."""
    from edge.bundle import open_bundle
    from edge.clients import find_client
    from edge.clients.export import README
    from edge.clients.export import export as export_files

    client = find_client(to)
    exported = export_files(open_bundle(bundle.expanduser()), client, out.expanduser(), artifact)
    if json:
        print_json({**asdict(exported), "directory": str(exported.directory)})
        return
    table = Table("file", "MB")
    for name in exported.files:
        table.add_row(name, f"{(exported.directory / name).stat().st_size / 1e6:.3g}")
    print_table(table)
    print_note(f"wrote {exported.artifact} for {client.name}; {exported.directory / README} shows its use")
