"""The table that the command line prints after a build; it fits a terminal of 80 columns."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from edge.report.comparison import speed_up
from edge.report.document import ReportDocument, ReportRow
from edge.report.figures import compact, failure_text, megabytes, metric_text, times

_NOTHING = "-"


def result_table(document: ReportDocument) -> Table:
    """Return one row for each artifact: size, parity against fp32, median latency and the gates' verdict.

    Sizes are in 10^6 bytes. "vs fp32" is the speed-up over the fp32 artifact of the same format and length. What
    was not measured is a dash; failed gates are named below the table.
    """
    agreement = _agreement_metrics(document)
    table = Table(
        title=Text(f"{document.model} ({document.task})"),
        title_justify="left",
        caption=_caption(document),
        caption_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=0,
    )
    table.add_column("artifact", overflow="fold")
    headers = ["MB", "of\nfp32", "cosine", "SQNR\ndB", "/".join(agreement.values())]
    if _has_latencies(document):
        headers += ["p50\nms", "vs\nfp32"]
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("gate", no_wrap=True)
    for row in document.artifacts:
        table.add_row(*_cells(document, row, list(agreement)))
    return table


def _cells(document: ReportDocument, row: ReportRow, agreement: list[str]) -> list[Text]:
    figures = [
        megabytes(row.bytes),
        times(row.size_ratio, "x"),
        _parity(row, "cosine", decimals=4),
        _parity(row, "sqnr_db"),
        next((_parity(row, metric) for metric in agreement if metric in row.parity), _NOTHING),
    ]
    if _has_latencies(document):
        ratio = speed_up(document, row)
        figures.append(_NOTHING if row.benchmark is None else compact(row.benchmark.latency_ms.p50))
        figures.append(_NOTHING if ratio is None else times(ratio, "x"))
    verdict = Text("pass", style="green") if row.passed else Text("FAIL", style="bold red")
    return [Text(row.id), *map(Text, figures), verdict]


def _has_latencies(document: ReportDocument) -> bool:
    """Return whether anything was measured: `verify` measures nothing, and needs no empty columns."""
    return any(row.benchmark is not None for row in document.artifacts)


def _parity(row: ReportRow, metric: str, decimals: int | None = None) -> str:
    return metric_text(metric, row.parity[metric], decimals) if metric in row.parity else _NOTHING


def _agreement_metrics(document: ReportDocument) -> dict[str, str]:
    names = {"top1": "top-1", "rank": "rank"}
    present = {key: name for key, name in names.items() if any(key in row.parity for row in document.artifacts)}
    return present or {"top1": "top-1"}


def _caption(document: ReportDocument) -> Text | None:
    lines = [
        f"FAIL {row.id}: {gate.metric} {failure_text(gate)}"
        for row in document.artifacts
        for gate in row.gates
        if not gate.passed
    ]
    lines += [f"FAIL {row.id}: {problem}" for row in document.artifacts for problem in row.problems]
    if _has_latencies(document) and any(row.benchmark is None for row in document.artifacts):
        lines.append(f"{_NOTHING} in p50: not measured on this host")
    return Text("\n".join(lines)) if lines else None
