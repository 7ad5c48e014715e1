"""The tables of ``squeezebert-edge bench --history`` and ``bench --compare``; they fit a terminal of 80 columns."""

from collections.abc import Sequence
from datetime import UTC

from rich.table import Table
from rich.text import Text

from edge.cli.inspection_tables import number_table
from edge.devices.stability import short_marks
from edge.history.comparison import ArtifactComparison, Comparison, Verdict
from edge.history.document import MeasurementSummary, VisitSummary
from edge.report.figures import compact

_NOTHING = "-"
_STYLES = {Verdict.slower: "bold red", Verdict.faster: "green", Verdict.no_difference: "dim"}


def visit_table(visits: Sequence[VisitSummary]) -> Table:
    """Return a table for each visit, one below the other, with a row for each artifact, length and setting.

    Times are in milliseconds, the spread is the interquartile range over the median, marks are their first words.
    """
    table = Table.grid()
    for visit in visits:
        if table.row_count:
            table.add_row("")
        table.add_row(_visit_table(visit))
    return table


def _visit_table(visit: VisitSummary) -> Table:
    table = number_table("artifact", "threads", "runs", "p50 ms", "p90 ms", "min ms", "spread")
    table.title, table.title_justify, table.title_style = Text(_describe_visit(visit)), "left", "bold"
    table.add_column("marks", overflow="fold")
    for each in visit.measurements:
        latency = each.latency_ms
        table.add_row(
            Text(_name(each, visit.measurements)),
            str(each.threads),
            str(each.runs),
            *(compact(value) for value in (latency.p50, latency.p90, latency.min)),
            f"{each.spread:.1%}",
            Text(", ".join(short_marks(each.marks)), style="yellow"),
        )
    return table


def comparison_table(comparison: Comparison) -> Table:
    """Return each artifact's median then and in this visit, in milliseconds, its change and the verdict."""
    table = number_table(f"against visit {comparison.visit}", "then ms", "now ms", "change", "tolerance", "p")
    table.add_column("verdict", overflow="fold")
    for each in comparison.artifacts:
        table.add_row(
            Text(_name(each, comparison.artifacts)),
            *_figures(each),
            Text(each.verdict.value, style=_STYLES.get(each.verdict, "yellow")),
        )
    return table


def comparison_notes(comparison: Comparison) -> list[str]:
    """Return in lines what the table has no room for: the reasons, and what differs beside the time."""
    lines = [f"{_name(each, comparison.artifacts)}: {each.reason}" for each in comparison.artifacts]
    beside: dict[str, list[str]] = {}
    for each in comparison.artifacts:
        for difference in each.differences:
            beside.setdefault(difference, []).append(_name(each, comparison.artifacts))
    for difference, names in beside.items():
        # What holds for all is said once.
        prefix = "" if len(names) == len(comparison.artifacts) else f"{', '.join(names)}: "
        lines.append(f"{prefix}{difference}")
    return lines


def _describe_visit(visit: VisitSummary) -> str:
    time = f"{visit.time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    label = [] if visit.label is None else [visit.label]
    return ", ".join([f"visit {visit.number}", *label, time, visit.device.name, visit.device.model])


def _name(
    named: MeasurementSummary | ArtifactComparison, among: Sequence[MeasurementSummary | ArtifactComparison]
) -> str:
    """Return the artifact's id, with its length where several have the id."""
    lengths = {each.sequence_length for each in among if each.artifact == named.artifact}
    return f"{named.artifact} at {named.sequence_length}" if len(lengths) > 1 else named.artifact


def _figures(each: ArtifactComparison) -> list[str]:
    known = (each.reference_ms, each.measured_ms, each.ratio, each.tolerance, each.p_value)
    if any(value is None for value in known):
        return [_NOTHING] * len(known)
    then, measured, ratio, tolerance, p_value = (value for value in known if value is not None)
    return [compact(then), compact(measured), f"{ratio - 1:+.1%}", f"{tolerance:.1%}", f"{p_value:.2g}"]
