"""The page's tables of all contestants, of the floor, and of what loading costs."""

from benchmarks.contestant import CONTESTANTS, Contestant
from benchmarks.document import BenchmarkDocument, SettingRecord
from benchmarks.markdown import MISSING, between, megabytes, milliseconds, table
from benchmarks.spread import Spread, ratio, round_medians, spread_of
from benchmarks.targets import NAIVE_TFLITE, fastest
from benchmarks.timing import CONTROL

# How far the control may be from 1.
CONTROL_LIMIT = 0.05

ROLES = {
    "artifact": "this project's artifact",
    "baseline": "baseline",
    "other model": "other model",
    "floor": "floor",
}


def setting_section(document: BenchmarkDocument, setting: SettingRecord) -> list[str]:
    """Return the table of all contestants at one length and number of threads, fastest first."""
    threads = f"{setting.threads} thread{'s' if setting.threads > 1 else ''}"
    head = ["contestant", "role", "ms", "spread", "times as fast", "spread", "SQNR dB", "worst cosine"]
    yardstick = fastest_float_route(setting)
    measured = [CONTESTANTS[name] for name in setting.bursts if name != CONTROL]
    measured.sort(key=lambda entry: _time(setting, entry.name).median)
    rows = [_row(document, setting, entry, yardstick) for entry in measured]
    lines = [f"## {setting.sequence_length} tokens, {threads}", ""]
    if yardstick is not None:
        lines += [f"Times as fast as the fastest float route without this project: {CONTESTANTS[yardstick].title}.", ""]
    lines += table(head, rows, numbers_from=2)
    failed = _failures(document, setting)
    if failed:
        lines += ["", *(f"- {CONTESTANTS[name].title}: failed ({reason})" for name, reason in failed.items())]
    return [*lines, "", *_remarks(setting)]


def fastest_float_route(setting: SettingRecord) -> str | None:
    """Return the fastest of the float baselines: what a user has today."""
    names = [entry.name for entry in CONTESTANTS.values() if entry.role == "baseline" and entry.recipe == "fp32"]
    return fastest(setting, names)


def floor_section(document: BenchmarkDocument) -> list[str]:
    """Return the table of artifacts over their floors."""
    rows = []
    operators = {}
    for entry in CONTESTANTS.values():
        if entry.role != "floor":
            continue
        (artifact,) = entry.yardstick_for
        for setting in document.settings:
            if setting.bursts.get(entry.name) and setting.bursts.get(artifact):
                found = ratio(setting.bursts[artifact], setting.bursts[entry.name])
                times = [milliseconds(_time(setting, name).median) for name in (artifact, entry.name)]
                place = [str(setting.sequence_length), str(setting.threads)]
                rows.append([artifact, *place, *times, f"{found.median:.2f}x", between(found)])
                record = document.contestant(entry.name, setting.sequence_length)
                if record is not None:
                    operators[entry.name] = record.operators
    if not rows:
        return []
    head = ["artifact", "tokens", "threads", "ms", "floor ms", "over floor", "spread"]
    lines = ["## Floor: the int8 matrix products alone", "", *table(head, rows), "", "Operators in the floors' files:"]
    for name, counts in operators.items():
        lines.append(f"- {name}: {', '.join(f'{count} {operator}' for operator, (count, _) in counts.items())}")
    return lines


def cost_section(document: BenchmarkDocument) -> list[str]:
    """Return the table of file sizes, load times and memory, at the most threads of each length."""
    rows = []
    for length in sorted({setting.sequence_length for setting in document.settings}):
        setting = max(
            (entry for entry in document.settings if entry.sequence_length == length), key=lambda e: e.threads
        )
        for name, cost in setting.loads.items():
            record = document.contestant(name, length)
            if record is None or record.bytes is None or CONTESTANTS[name].role == "floor":
                continue
            mapped = f"{megabytes(cost.mapped_resident_bytes)} of {megabytes(cost.mapped_bytes)}"
            rows.append(
                [
                    name,
                    str(length),
                    megabytes(record.bytes),
                    milliseconds(cost.load_ms),
                    milliseconds(cost.first_ms),
                    megabytes(cost.peak_bytes),
                    f"{cost.peak_bytes / record.bytes:.2f}x",
                    mapped if cost.mapped_bytes else "no",
                ]
            )
    if not rows:
        return []
    head = ["contestant", "tokens", "file MB", "load ms", "first ms", "peak MB", "peak over file", "mapped MB resident"]
    return ["## Loading and memory", "", *table(head, rows)]


def instruction_section(document: BenchmarkDocument) -> list[str]:
    """Return the table of instructions on aarch64, as far as they were counted."""
    if not document.instructions:
        return []
    rows = []
    for row in sorted(document.instructions, key=lambda entry: (entry.sequence_length, entry.instructions)):
        naive = [
            entry.instructions
            for entry in document.instructions
            if (entry.name, entry.sequence_length) == (NAIVE_TFLITE, row.sequence_length)
        ]
        ratio_to_naive = f"{row.instructions / naive[0]:.3f}" if naive else MISSING
        rows.append([row.name, str(row.sequence_length), f"{row.instructions / 1e6:.1f}", ratio_to_naive])
    return [
        "## Instructions on aarch64",
        "",
        "Millions for one inference on one thread of an emulated Cortex-A76, as `python -m benchmarks.aarch64` counted"
        f" them in the artifacts of this page, over those of {CONTESTANTS[NAIVE_TFLITE].title}, fp32. A count is no"
        " time, but the same on every machine.",
        "",
        *table(["contestant", "tokens", "millions", "of naive"], rows),
    ]


def _row(document: BenchmarkDocument, setting: SettingRecord, entry: Contestant, yardstick: str | None) -> list[str]:
    time = _time(setting, entry.name)
    speed = ["", ""]
    if yardstick is not None:
        found = ratio(setting.bursts[yardstick], setting.bursts[entry.name])
        speed = [f"{found.median:.2f}x", between(found)]
    record = document.contestant(entry.name, setting.sequence_length)
    parity = record.parity if record is not None and record.parity else {}
    return [
        entry.title,
        ROLES[entry.role],
        milliseconds(time.median),
        f"{milliseconds(time.low)} to {milliseconds(time.high)}",
        *speed,
        f"{parity['sqnr_db']:.1f}" if "sqnr_db" in parity else MISSING,
        f"{parity['cosine']:.5f}" if "cosine" in parity else MISSING,
    ]


def _remarks(setting: SettingRecord) -> list[str]:
    """Return what a reader must know before trusting the table, in words."""
    remarks = []
    if setting.control_of is not None:
        found = ratio(setting.bursts[CONTROL], setting.bursts[setting.control_of])
        remark = f"Control, {setting.control_of} twice: {found.median:.3f} ({between(found, '{:.3f}')})."
        if abs(found.median - 1) > CONTROL_LIMIT:
            remark += (
                f" **It is off by more than {CONTROL_LIMIT:.0%}: something else ran on this machine, or two equal"
                " processes do not get the same; differences of this size mean nothing here.**"
            )
        remarks.append(remark)
    names = [name for name in setting.bursts if name != CONTROL]
    wide = [name for name in names if _time(setting, name).is_wide]
    if wide:
        remarks.append(f"The times of {', '.join(wide)} spread widely over the rounds.")
    yardstick = fastest_float_route(setting)
    if yardstick is not None:
        unsteady = [name for name in names if ratio(setting.bursts[yardstick], setting.bursts[name]).is_wide]
        if unsteady:
            remarks.append(f"So do the ratios of {', '.join(unsteady)}: do not read their last digit.")
    return [" ".join(remarks)] if remarks else []


def _failures(document: BenchmarkDocument, setting: SettingRecord) -> dict[str, str]:
    failed = {
        record.name: record.error
        for record in document.contestants
        if record.sequence_length == setting.sequence_length and record.error is not None
    }
    return {**failed, **setting.failures}


def _time(setting: SettingRecord, name: str) -> Spread:
    return spread_of(round_medians(setting.bursts[name]))
