"""``squeezebert-edge bench``."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edge.cli.core_list import parse_cores
from edge.cli.inspection_tables import number_table
from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress
from edge.compute_units import ComputeUnits
from edge.report.figures import compact

if TYPE_CHECKING:
    from edge.devices.visit_document import VisitDocument, VisitRow


def bench(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    artifact: Annotated[
        list[str] | None, typer.Option(help="Artifact id; may be repeated. The default is all that the device runs.")
    ] = None,
    device: Annotated[
        str, typer.Option(help="Where to measure: host, ssh:USER@HOST, adb[:SERIAL] or ios:UDID.")
    ] = "host",
    runner: Annotated[
        str | None,
        typer.Option(help="Program that runs artifacts there: python or native (ssh), app or native (adb)."),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; see 'list targets' for the default.")] = None,
    cores: Annotated[str | None, typer.Option(help="Processors to stay on, as 0-3 or 4,6. The default is any.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Measure at least this many runs.")] = 100,
    seconds: Annotated[float, typer.Option(min=0, help="Measure at least this long.")] = 10.0,
    time_limit: Annotated[
        float, typer.Option(min=1, help="Seconds that one artifact may take before it counts as hung.")
    ] = 1800.0,
    keep_files: Annotated[
        bool, typer.Option("--keep-files", help="Leave the bundle on the device, so that the next visit is quick.")
    ] = False,
    compute_units: Annotated[
        ComputeUnits | None, typer.Option(help="Devices that Core ML may use, on macOS and iOS. The default is all.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Name of this visit in the history, for --compare.")] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Compare with an earlier visit: last, its number, or its label."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show the visits that were kept beside the bundle, and measure nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure latency, load time, peak memory and parity, each artifact in a process of its own."""
    from edge.bundle import open_bundle
    from edge.cli.bench_history import (
        history_to_write,
        keep_visit,
        measurements_of,
        print_comparison,
        print_history,
    )
    from edge.devices import Work, open_device
    from edge.devices.threads import threads_for
    from edge.devices.visit_document import make_visit_document
    from edge.devices.work import MeasurementRule
    from edge.errors import GateError, InputError
    from edge.history.comparison import compare as compare_visits
    from edge.history.reference import load_reference
    from edge.history.store import check_label
    from edge.placement import describe_placement
    from edge.runtimes.coreml import check_compute_units
    from edge.runtimes.selection import select_runnable, select_timed
    from edge.tasks import find_task
    from edge.verify import failures, verify_artifacts

    opened = open_bundle(bundle)
    if history:
        print_history(bundle, json)
        return
    chosen = [opened.artifact(name) for name in artifact] if artifact else opened.manifest.artifacts
    if compute_units is not None and device == "host":
        check_compute_units({entry.format for entry in chosen})
    pinned = parse_cores(cores) if cores is not None else ()
    if label is not None:
        check_label(label)
    begin = datetime.now(UTC)
    with show_progress() as stage, open_device(device, runner, stage, keep_files) as visited:
        runnable, skipped = select_runnable(chosen, bool(artifact), visited.why_not)
        if device == "host":
            runnable, untimed = select_timed(runnable)
            skipped |= untimed
        for name, reason in skipped.items():
            print_note(f"note: {name} is not measured here: {reason}")
        if not runnable:
            raise InputError(f"{bundle}: no artifact of it can be measured on {device}")
        work = Work(
            threads=threads or threads_for(visited.information),
            cores=pinned,
            rule=MeasurementRule(minimum_runs=runs, minimum_seconds=seconds),
            compute_units=compute_units,
            time_limit=time_limit,
        )
        information = visited.information
        # Before the measurement, which takes a while.
        store = history_to_write(bundle, needed=label is not None or compare is not None)
        earlier = load_reference(store, compare, information) if store and compare is not None else None
        single = [each for entry in runnable for each in entry.by_length()]
        task = find_task(opened.manifest.model.task)
        results = verify_artifacts(visited, opened.directory, single, task, work, stage)
    results = [result for result in results if result.benchmark is not None]
    document = make_visit_document(information, results, skipped)
    measurements = measurements_of(results)
    if store is not None:
        keep_visit(store, opened, information, begin, label, measurements)
    comparison = compare_visits(information, measurements, earlier) if earlier is not None else None
    if json:
        extra = {} if comparison is None else {"comparison": comparison.model_dump(mode="json")}
        print_json({**document.model_dump(mode="json"), **extra})
    else:
        print_table(_table(document))
        for row in document.results:
            for mark in row.marks:
                print_note(f"note: {_name(row, document.results)} {mark}")
            if row.core_ml is not None:
                print_note(f"note: {describe_placement(row.artifact, row.core_ml)}")
        if comparison is not None:
            print_comparison(comparison)
    failed = failures(results)
    if failed:
        raise GateError(f"on {device}: {'; '.join(failed)}")
    if comparison is not None and comparison.regressed:
        names = ", ".join(dict.fromkeys(each.artifact for each in comparison.regressed))
        raise GateError(f"slower than in visit {comparison.visit}: {names}")


def _table(document: "VisitDocument") -> Table:
    results = document.results
    threads, cores = results[0].threads, results[0].cores
    pinned = f" on cores {','.join(map(str, cores))}" if cores else ""
    headings = ("runs", "p50\nms", "p90\nms", "p99\nms", "min\nms", "spread", "load\nms", "peak\nMB", "cosine", "gate")
    table = number_table("artifact", *headings)
    table.title = f"{document.device}, {threads} threads{pinned}, batch 1"
    table.title_justify = "left"
    on_core_ml = any(row.core_ml is not None for row in results)
    if on_core_ml:
        table.add_column("units")
    for row in results:
        latency = row.latency_ms
        times = [compact(value) for value in (latency.p50, latency.p90, latency.p99, latency.min)]
        memory = [compact(row.load_ms), "-" if row.peak_rss_mb is None else f"{row.peak_rss_mb:.0f}"]
        units = [row.core_ml.compute_units if row.core_ml else "-"] if on_core_ml else []
        mark = "*" if row.marks else " "
        verdict = "pass" if row.passed else "FAIL"
        figures = [str(row.runs), *times, f"{row.spread:.1%}{mark}", *memory, f"{row.parity['cosine']:.4f}", verdict]
        table.add_row(_name(row, results), *figures, *units)
    return table


def _name(row: "VisitRow", results: "Sequence[VisitRow]") -> str:
    """Return the row's name: the functions of one package have one id."""
    several = sum(other.artifact == row.artifact for other in results) > 1
    return f"{row.artifact} at {row.sequence_length}" if several else row.artifact
