"""The page's first table: what must hold, and what was measured."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.document import BenchmarkDocument
from benchmarks.markdown import MISSING, between, table
from benchmarks.targets import LENGTH, TARGETS, THREADS, Measurement, Target


def target_section(document: BenchmarkDocument, explanations: Mapping[str, str], explanations_file: Path) -> list[str]:
    """Return the table, and under it the explanation of each row that does not hold."""
    measured = [(target, target.measure(document)) for target in TARGETS]
    rows = [_row(target, measurement) for target, measurement in measured]
    lines = [
        "## What must hold",
        "",
        f"{LENGTH} tokens, {THREADS} threads; medians of this run. Where an artifact may be of several recipes, the"
        " fastest counts for speed, and the worst for loading.",
        "",
        *table(["row", "required", "measured", "spread", "holds", "of"], rows, numbers_from=1),
    ]
    wide = [target.title for target, found in measured if found and found.spread and found.spread.is_wide]
    lines += ["", *(f"The spread of '{title}' is wide: do not read its last digit." for title in wide)] if wide else []
    open_rows = [target for target, found in measured if found and _is_open(target, found)]
    for target in open_rows:
        lines += ["", f"'{target.title}': the limit lies within the spread, so another run may come out otherwise."]
    missed = [target for target, found in measured if found and not target.limit.holds(found.value)]
    if missed:
        lines += ["", "### Rows that do not hold"]
    for target in missed:
        text = explanations.get(target.id, f"No explanation yet: {explanations_file.name} has no `{target.id}`.")
        lines += ["", f"**{target.title}.** {text.strip()}"]
    return lines


def _row(target: Target, found: Measurement | None) -> list[str]:
    if found is None:
        return [target.title, str(target.limit), "not measured in this run", MISSING, MISSING, MISSING]
    written = target.limit.written
    return [
        target.title,
        str(target.limit),
        written.format(found.value),
        MISSING if found.spread is None else between(found.spread, written),
        "yes" if target.limit.holds(found.value) else "**no**",
        found.of,
    ]


def _is_open(target: Target, found: Measurement) -> bool:
    return found.spread is not None and found.spread.low < target.limit.value < found.spread.high
