"""report.html: one page that opens from disk, with everything it needs inside."""

from dataclasses import dataclass
from importlib.resources import files

from edge.report import figures
from edge.report.bars import colour_of
from edge.report.charts import charts_of
from edge.report.comparison import metrics_of
from edge.report.document import ReportDocument


@dataclass(frozen=True)
class MetricWords:
    """How the page calls a parity metric, and what it tells the reader."""

    heading: str
    name: str
    meaning: str


_METRICS = {
    "cosine": MetricWords(
        "cosine",
        "Cosine",
        "Cosine similarity of the artifact's output and the fp32 checkpoint's, for the worst of the verified examples. "
        "1 means the same direction; it does not see a difference in length.",
    ),
    "sqnr_db": MetricWords(
        "SQNR dB",
        "SQNR",
        "Signal to quantisation noise, in decibels, over all examples: the energy of the fp32 output over the energy "
        "of the difference. Every 6 dB halves the error. ∞ is equal to the last bit; -∞ is an output that is not a "
        "number.",
    ),
    "max_abs": MetricWords(
        "max abs",
        "Max abs",
        "The largest difference of any single output value, in the output's own unit. One outlier sets it, so read it "
        "beside the SQNR.",
    ),
    "max_relative": MetricWords(
        "max rel.",
        "Max relative",
        "The same difference as a share of the fp32 output's largest magnitude, so that models can be compared.",
    ),
    "top1": MetricWords(
        "top-1",
        "Top-1 agreement",
        "How often the artifact's best entry is the fp32 checkpoint's best entry. It says that the two agree, not that "
        "either is right: accuracy on labelled data is a separate measurement (squeezebert-edge eval).",
    ),
    "rank": MetricWords(
        "rank corr.",
        "Rank correlation",
        "Spearman's correlation of the similarities of all pairs of examples (or of the scores, where an example has "
        "one), artifact against fp32. 1 means that a search would return the same order. It is agreement with the "
        "checkpoint, not search quality.",
    ),
}


def render(document: ReportDocument) -> str:
    """Return report.html.

    Parameters
    ----------
    document
        The figures; the same document gives the same bytes.

    Returns
    -------
    str
        A page without references to anything outside itself: no script, font, image or style sheet to load.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["svg"] = Markup
    template = environment.from_string(_resource("page.html"))
    keys = metrics_of(document)
    return template.render(
        document=document,
        style=Markup(_resource("page.css")),
        charts=charts_of(document),
        recipes=[(recipe, colour_of(recipe)) for recipe in dict.fromkeys(row.recipe for row in document.artifacts)],
        metrics={key: _METRICS.get(key, MetricWords(key, key, "A further parity metric.")) for key in keys},
        headings={key: words.heading for key, words in _METRICS.items()},
        failed=[row for row in document.artifacts if not row.passed],
        unmeasured=any(row.benchmark is None for row in document.artifacts),
        conditions=_conditions(document),
        limits=_limits(document),
        limited=list(dict.fromkeys(gate.metric for row in document.artifacts for gate in row.gates)),
        figures=figures,
    )


def _conditions(document: ReportDocument) -> list[str]:
    """Return each way in which latencies were measured: device, threads and how many runs at least."""
    runs: dict[tuple[str, int], int] = {}
    for benchmark in (row.benchmark for row in document.artifacts if row.benchmark is not None):
        key = (benchmark.device, benchmark.threads)
        runs[key] = min(benchmark.runs, runs.get(key, benchmark.runs))
    return [f"{device}, {threads} threads, at least {count} runs" for (device, threads), count in runs.items()]


def _limits(document: ReportDocument) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return the distinct sets of limits: recipe, the formats they hold for, and the limit of each metric."""
    found: list[tuple[str, list[str], dict[str, str]]] = []
    for row in document.artifacts:
        limits = {gate.metric: figures.limit_text(gate) for gate in row.gates}
        for recipe, formats, known in found:
            if recipe == row.recipe and known == limits:
                if row.format not in formats:
                    formats.append(row.format)
                break
        else:
            found.append((row.recipe, [row.format], limits))
    return found


def _resource(name: str) -> str:
    return files("edge.report").joinpath(name).read_text(encoding="utf-8")
