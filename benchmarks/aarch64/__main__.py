"""``python -m benchmarks.aarch64``."""

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.aarch64.count import CountRule, check_artifact, count
from benchmarks.aarch64.emulation import CORTEX_A76, qemu_version
from benchmarks.aarch64.inputs import golden_places
from benchmarks.aarch64.laboratory import DEFAULT_FOLDER, install
from benchmarks.aarch64.tables import class_table, count_table, document, hot_block_lines
from edge.cli.output import print_note, print_table
from edge.cli.progress import show_progress
from edge.errors import EdgeError, InputError

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def count_instructions(
    artifacts: Annotated[list[Path], typer.Argument(metavar="ARTIFACT...", help=".tflite or .pte of one length.")],
    lab: Annotated[Path, typer.Option(help="Folder of the laboratory; installed if it is not there.")] = DEFAULT_FOLDER,
    write_json: Annotated[Path | None, typer.Option("--json", help="Write the counts to this file.")] = None,
    golden: Annotated[
        Path | None,
        typer.Option(help="Folder of golden vectors; the default is that of the artifact's bundle or of another's."),
    ] = None,
    inferences: Annotated[int, typer.Option(min=1, help="Inferences to count; the result is their mean.")] = 2,
    runs: Annotated[int, typer.Option(min=1, help="Processes that count the same; unequal counts are said.")] = 2,
    hot_blocks: Annotated[int, typer.Option(min=0, help="Print the N blocks that execute most instructions.")] = 0,
    cpu: Annotated[str, typer.Option(help="qemu's name of the processor.")] = CORTEX_A76,
) -> None:
    """Count the instructions of one inference on AArch64, under qemu-user, on one thread."""
    for artifact in artifacts:
        check_artifact(artifact)
    if write_json is not None and not write_json.absolute().parent.is_dir():
        raise InputError(f"{write_json}: its folder does not exist; make it first")
    rule = CountRule(cpu, inferences, runs)
    with show_progress() as stage:
        laboratory = install(lab, stage)
        counts = [
            # A foreign conversion gets the token ids of the bundle beside it.
            count(artifact, laboratory, rule, [golden] if golden else golden_places([artifact, *artifacts]), stage)
            for artifact in artifacts
        ]
    for one in counts:
        if len(set(one.counts)) > 1:
            words = ", ".join(str(value) for value in one.counts)
            print_note(f"note: {one.artifact} has unequal counts in {len(one.counts)} runs: {words}")
    print_table(count_table(counts))
    print_table(class_table(counts))
    for one in counts:
        for line in hot_block_lines(one, hot_blocks, laboratory.compilers):
            print(line)
    if write_json is not None:
        text = json.dumps(document(counts, qemu_version(laboratory), laboratory.packages), indent=1)
        write_json.write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 an artifact failed under qemu, 2 wrong usage or bad input."""
    # A cancelled job is ended with SIGTERM: it cleans up like an interrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(count_instructions)
    try:
        status = app(arguments, standalone_mode=False, prog_name="python -m benchmarks.aarch64")
        if status == INTERRUPTED:
            raise KeyboardInterrupt
    except EdgeError as error:
        print_note(f"error: {error}")
        status = error.exit_status
    except typer.TyperException as error:
        print_note(f"error: {' '.join(error.format_message().split())}; see --help")
        status = 2
    except (KeyboardInterrupt, typer.Abort):
        print_note("interrupted")
        status = INTERRUPTED
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
