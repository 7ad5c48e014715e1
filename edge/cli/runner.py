"""``squeezebert-edge runner``."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from edge.cli.output import print_json, print_note
from edge.cli.progress import show_progress


def make_runner(
    out: Annotated[Path, typer.Option("--out", help="Folder to make; copy it to the device as it is.")],
    architecture: Annotated[str, typer.Option(help="The device's processor: aarch64 or x86_64.")] = "aarch64",
    system: Annotated[str, typer.Option(help="The device's system: linux or android.")] = "linux",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Build the program that runs .pte files on devices without Python; bench and verify do it by themselves."""
    from edge.new_folder import check_place
    from edge.registry import find_entry
    from edge.runner import find_runner
    from edge.runner.export import export
    from edge.runner.folder import System

    check_place(out)
    chosen: System = find_entry({name: name for name in get_args(System)}, system, "system")
    with show_progress() as stage:
        runner = export(find_runner(chosen, architecture, stage), out)
    if json:
        document = {"system": runner.system, "architecture": runner.architecture}
        print_json({**document, "program": str(runner.program), "files": [str(file) for file in runner.files]})
        return
    print_note(f"copy {out} to the device and run: {out.name}/{runner.program.name} BUNDLE")
