"""What the report says of one artifact in the light of the others."""

from edge.report.document import ReportDocument, ReportRow


def control_of(document: ReportDocument, row: ReportRow) -> ReportRow | None:
    """Return the fp32 artifact of `row`'s format and length, or None if there is none or `row` is it."""
    if row.recipe == "fp32":
        return None
    for other in document.artifacts:
        if (other.format, other.sequence_length, other.recipe) == (row.format, row.sequence_length, "fp32"):
            return other
    return None


def speed_up(document: ReportDocument, row: ReportRow) -> float | None:
    """Return how many times faster than its fp32 control an artifact's median inference is.

    None where one of the two was not measured, or not on the same device with the same number of threads.
    """
    control = control_of(document, row)
    if control is None or control.benchmark is None or row.benchmark is None:
        return None
    ours, theirs = row.benchmark, control.benchmark
    if (ours.device, ours.threads) != (theirs.device, theirs.threads) or ours.latency_ms.p50 <= 0:
        return None
    return theirs.latency_ms.p50 / ours.latency_ms.p50


def metrics_of(document: ReportDocument) -> list[str]:
    """Return the parity metrics that any artifact has: the known ones in their usual order, then the others."""
    present = dict.fromkeys(metric for row in document.artifacts for metric in row.parity)
    known = [metric for metric in ("cosine", "sqnr_db", "max_abs", "max_relative", "top1", "rank") if metric in present]
    return known + [metric for metric in present if metric not in known]


def grouped_by_format(document: ReportDocument) -> list[list[ReportRow]]:
    """Return the artifacts by format, in the order in which the formats first appear."""
    groups: dict[str, list[ReportRow]] = {}
    for row in document.artifacts:
        groups.setdefault(row.format, []).append(row)
    return list(groups.values())
