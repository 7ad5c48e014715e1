"""The report's three charts: size, latency on the building host, and parity, by artifact."""

from dataclasses import dataclass

from edge.report.bars import WIDTH, Bar, draw
from edge.report.comparison import grouped_by_format, speed_up
from edge.report.document import ReportDocument, ReportRow
from edge.report.figures import compact, megabytes, metric_text, times, unbounded


@dataclass(frozen=True)
class Chart:
    """One chart of the page.

    Attributes
    ----------
    notes
        What the reader must know to read the marks.
    description
        The chart in words, for those who do not see it.
    svg
        The inside of the ``<svg>`` element.
    """

    title: str
    notes: str
    description: str
    svg: str
    view_box: str


def charts_of(document: ReportDocument) -> list[Chart]:
    """Return the charts that the document has figures for."""
    groups = grouped_by_format(document)
    size = [[_size_bar(row) for row in group] for group in groups]
    latency = [[_latency_bar(document, row) for row in group if row.benchmark] for group in groups]
    parity = [[_parity_bar(row) for row in group if "sqnr_db" in row.parity] for group in groups]

    unmeasured = sum(row.benchmark is None for row in document.artifacts)
    latency_notes = "Less is better. Bar: median (p50), and speed-up over fp32; thin line: up to p90."
    if unmeasured:
        latency_notes += f" Left out, not measured: {unmeasured}."
    parity_notes = "More is better; each 6 dB halves the error."
    if any(bar.limit is not None for group in parity for bar in group):
        parity_notes += " Upright tick: the gate's limit."
    charts = [
        _chart("size", "Size, MB", "Less is better. Beside it, the share of the checkpoint in fp32.", size),
        _chart("latency", "Latency on the building host, ms", latency_notes, latency),
        _chart("parity", "Parity: SQNR, dB", parity_notes, parity),
    ]
    return [chart for chart in charts if chart is not None]


def _chart(name: str, title: str, notes: str, groups: list[list[Bar]]) -> Chart | None:
    groups = [group for group in groups if group]
    if not groups:
        return None
    svg, height = draw(name, groups)
    values = "; ".join(f"{bar.label} {bar.text}{' (fails)' * bar.failed}" for group in groups for bar in group)
    return Chart(title, notes, f"Bar chart. {title}: {values}.", svg, f"0 0 {WIDTH} {height:g}")


def _size_bar(row: ReportRow) -> Bar:
    text = f"{megabytes(row.bytes)} · {times(row.size_ratio)}"
    return Bar(row.id, row.bytes / 1e6, text, row.recipe, not row.passed)


def _latency_bar(document: ReportDocument, row: ReportRow) -> Bar:
    assert row.benchmark is not None
    latency = row.benchmark.latency_ms
    ratio = speed_up(document, row)
    text = compact(latency.p50) + ("" if ratio is None else f" · {times(ratio)}")
    return Bar(row.id, latency.p50, text, row.recipe, not row.passed, whisker=latency.p90)


def _parity_bar(row: ReportRow) -> Bar:
    limit = next((gate.limit for gate in row.gates if gate.metric == "sqnr_db"), None)
    value = unbounded("sqnr_db", row.parity["sqnr_db"])
    return Bar(row.id, value, metric_text("sqnr_db", value), row.recipe, not row.passed, limit=limit)
