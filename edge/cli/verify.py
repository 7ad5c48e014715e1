"""``squeezebert-edge verify``."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress
from edge.compute_units import ComputeUnits

if TYPE_CHECKING:
    from edge.child_process import Stage
    from edge.devices import Device


def verify(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all.")
    ] = None,
    device: Annotated[str, typer.Option(help="Where to run: host, ssh:USER@HOST, adb[:SERIAL] or ios:UDID.")] = "host",
    runner: Annotated[
        str | None,
        typer.Option(help="Program that runs artifacts there: python or native (ssh), app or native (adb)."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=1, help="Seconds that one artifact may take before it counts as hung.")
    ] = 1800.0,
    keep_files: Annotated[
        bool, typer.Option("--keep-files", help="Leave the bundle on the device, so that the next visit is quick.")
    ] = False,
    compute_units: Annotated[
        ComputeUnits | None, typer.Option(help="Devices that Core ML may use, on macOS and iOS. The default is all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check every file's checksum, and every artifact's parity with the fp32 reference, on this host or on a device."""
    from edge.bundle import damaged_files, open_bundle
    from edge.devices import Work
    from edge.devices.threads import threads_for
    from edge.errors import GateError
    from edge.report import make_document
    from edge.report.table import result_table
    from edge.runtimes.coreml import check_compute_units
    from edge.runtimes.selection import select_runnable
    from edge.tasks import find_task
    from edge.verify import failures, verify_artifacts

    opened = open_bundle(bundle)
    chosen = [opened.artifact(name) for name in artifact] if artifact else opened.manifest.artifacts
    if compute_units is not None and device == "host":
        check_compute_units({entry.format for entry in chosen})
    problems = damaged_files(opened)
    if problems:
        raise GateError(f"{'; '.join(problems)}; restore it or build the bundle again")
    task = find_task(opened.manifest.model.task)
    with show_progress() as stage, _open(device, runner, stage, keep_files) as visited:
        runnable, skipped = select_runnable(chosen, bool(artifact), visited.why_not)
        for name, reason in skipped.items():
            print_note(f"note: {name} is not verified here: {reason}")
        information = visited.information
        work = Work(threads_for(information), compute_units=compute_units, time_limit=time_limit)
        results = verify_artifacts(visited, opened.directory, runnable, task, work, stage)
    document = make_document(opened.manifest, results, str(information))
    failed = failures(results)
    if json:
        left_out = [{"artifact": name, "reason": reason} for name, reason in skipped.items()]
        head = {"passed": not failed, "skipped": left_out, "information": information.model_dump(mode="json")}
        print_json({**head, **document.model_dump(mode="json")})
    else:
        print_table(result_table(document))
    if failed:
        raise GateError(("" if device == "host" else f"on {device}: ") + "; ".join(failed))


def _open(device: str, runner: str | None, stage: "Stage", keep_files: bool) -> "AbstractContextManager[Device]":
    """Visit the device; the host without its lock, since nothing is timed."""
    from edge.devices import open_device
    from edge.devices.host import NAME, HostDevice

    if device == NAME and runner is None and not keep_files:
        return nullcontext(HostDevice())
    return open_device(device, runner, stage, keep_files)
