"""``squeezebert-edge bench``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress
from edge.compute_units import ComputeUnits


def bench(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all.")
    ] = None,
    device: Annotated[str, typer.Option(help="Where to measure: host.")] = "host",
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; see 'list targets' for the default.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Measure at least this many runs.")] = 50,
    seconds: Annotated[float, typer.Option(min=0, help="Measure at least this long.")] = 5.0,
    compute_units: Annotated[
        ComputeUnits | None, typer.Option(help="Devices that Core ML may use, on macOS. The default is all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure latency, load time and peak memory, each artifact in a process of its own."""
    from edge.bundle import open_bundle
    from edge.devices import host
    from edge.devices.measurement import MeasurementRule
    from edge.errors import InputError
    from edge.placement import describe_placement
    from edge.runtimes.coreml import check_compute_units
    from edge.runtimes.selection import select_runnable

    if device != host.NAME:
        raise InputError(f"unknown device '{device}': this version measures on 'host' only")
    opened = open_bundle(bundle)
    chosen = [opened.artifact(name) for name in artifact] if artifact else opened.manifest.artifacts
    if compute_units is not None:
        check_compute_units({entry.format for entry in chosen})
    runnable, skipped = select_runnable(chosen, asked_for=bool(artifact))
    for name, reason in skipped.items():
        print_note(f"note: {name} is not measured here: {reason}")
    runnable = [single for entry in runnable for single in entry.by_length()]
    rule = MeasurementRule(minimum_runs=runs, minimum_seconds=seconds)
    with show_progress() as stage:
        measured = host.run_artifacts(
            opened.directory,
            runnable,
            threads or host.default_threads(),
            stage,
            rule,
            with_outputs=False,
            compute_units=compute_units,
        )
    for entry, done in zip(runnable, measured, strict=True):
        if done.benchmark is None:
            print_note(f"note: {entry.id} is not measured here: {done.runtime} says nothing about a device")
    results = [done.benchmark for done in measured if done.benchmark is not None]
    if not results:
        raise InputError(f"{bundle}: no artifact of it can be measured on this host")
    if json:
        print_json({"results": [result.model_dump(mode="json") for result in results]})
        return
    on_core_ml = [result for result in results if result.core_ml is not None]
    table = Table("artifact", title=f"{host.describe()}, {results[0].threads} threads, batch 1")
    for heading in ("runs", "p50 ms", "p90 ms", "p99 ms", "min ms", "load ms", "peak MB"):
        table.add_column(heading, justify="right")
    if on_core_ml:
        table.add_column("compute units")
    for result in results:
        latency = result.latency_ms
        times = [f"{value:.2f}" for value in (latency.p50, latency.p90, latency.p99, latency.min)]
        memory = [f"{result.load_ms:.0f}", f"{result.peak_rss_mb:.0f}"]
        units = [result.core_ml.compute_units if result.core_ml else "-"] if on_core_ml else []
        # The functions of one package have one id.
        several = sum(other.artifact == result.artifact for other in results) > 1
        name = f"{result.artifact} at {result.sequence_length}" if several else result.artifact
        table.add_row(name, str(result.runs), *times, *memory, *units)
    print_table(table)
    for result in results:
        if result.core_ml is not None:
            print_note(f"note: {describe_placement(result.artifact, result.core_ml)}")
