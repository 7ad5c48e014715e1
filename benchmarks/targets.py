"""What must hold, as data: one entry for each row of the page's first table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.build_cost import FORMATS
from benchmarks.contestant import floor_of
from benchmarks.document import BenchmarkDocument, SettingRecord
from benchmarks.spread import Spread, ratio, round_medians, spread_of

# Of all rows that are measured on this machine.
LENGTH = 128
THREADS = 2

TFLITE_INT8 = ("tflite-int8-dynamic", "tflite-int8-static")
EXECUTORCH_INT8 = ("executorch-int8-dynamic", "executorch-int8-static")
NAIVE_TFLITE = "huggingface-litert-fp32"

# What looks words up, and what brings a result into the type and shape of an output.
EMBEDDING_AND_OUTPUT = ("embedding", "index_select", "to_copy", "to_dim_order", "view_copy", "clone", "unsqueeze_copy")


@dataclass(frozen=True)
class Limit:
    """A bound on a figure, which may equal it, and how the figure is written."""

    value: float
    is_least: bool
    written: str = "{:.2f}x"

    def holds(self, figure: float) -> bool:
        """Whether the figure is on the right side."""
        return figure >= self.value if self.is_least else figure <= self.value

    def __str__(self) -> str:
        return f"{'at least' if self.is_least else 'at most'} {self.written.format(self.value)}"


@dataclass(frozen=True)
class Measurement:
    """A row's figure.

    Attributes
    ----------
    of
        What was measured, where the row leaves a choice.
    spread
        None where there is a single value.
    """

    value: float
    of: str
    spread: Spread | None = None


@dataclass(frozen=True)
class Target:
    """One row.

    Attributes
    ----------
    id
        Key of its text in benchmarks/explanations.toml.
    measure
        Gives the figure; None if this run has not what it takes.
    """

    id: str
    title: str
    limit: Limit
    measure: Callable[[BenchmarkDocument], Measurement | None]


def fastest(setting: SettingRecord, names: Iterable[str]) -> str | None:
    """Return the one of `names` with the smallest median, or None if none was measured."""
    measured = [name for name in names if setting.bursts.get(name)]
    return min(measured, key=lambda name: spread_of(round_medians(setting.bursts[name])).median, default=None)


def speed_up(names: tuple[str, ...], yardstick: str) -> Callable[[BenchmarkDocument], Measurement | None]:
    """Measure how many times as fast as `yardstick` the fastest of `names` is."""

    def measure(document: BenchmarkDocument) -> Measurement | None:
        setting = document.setting(LENGTH, THREADS)
        name = fastest(setting, names) if setting is not None else None
        if setting is None or name is None or not setting.bursts.get(yardstick):
            return None
        spread = ratio(setting.bursts[yardstick], setting.bursts[name])
        return Measurement(spread.median, name, spread)

    return measure


def above_floor(document: BenchmarkDocument) -> Measurement | None:
    """Measure the fastest int8 artifact's time over that of its own products."""
    setting = document.setting(LENGTH, THREADS)
    if setting is None:
        return None
    # Only an artifact whose floor ran can be compared.
    names = [name for name in (*TFLITE_INT8, *EXECUTORCH_INT8) if setting.bursts.get(floor_of(name) or "")]
    name = fastest(setting, names)
    if name is None:
        return None
    spread = ratio(setting.bursts[name], setting.bursts[floor_of(name) or ""])
    return Measurement(spread.median, name, spread)


def instructions(names: tuple[str, ...]) -> Callable[[BenchmarkDocument], Measurement | None]:
    """Measure the fewest instructions of `names` over those of the naive float .tflite."""

    def measure(document: BenchmarkDocument) -> Measurement | None:
        rows = [row for row in document.instructions if row.sequence_length == LENGTH]
        counts = {row.name: row.instructions for row in rows}
        counted = [name for name in names if name in counts]
        if not counted or NAIVE_TFLITE not in counts:
            return None
        name = min(counted, key=counts.__getitem__)
        return Measurement(counts[name] / counts[NAIVE_TFLITE], name)

    return measure


def foreign_operators(document: BenchmarkDocument) -> Measurement | None:
    """Count the operators of .pte int8 outside delegates that neither look words up nor shape an output."""
    worst: Measurement | None = None
    for name in EXECUTORCH_INT8:
        record = document.contestant(name, LENGTH)
        if record is None or record.error is not None:
            continue
        outside = {operator: count for operator, (_, count) in record.operators.items() if count}
        foreign = sum(
            count for operator, count in outside.items() if not any(part in operator for part in EMBEDDING_AND_OUTPUT)
        )
        listed = ", ".join(f"{count} {operator}" for operator, count in outside.items()) or "nothing"
        if worst is None or foreign > worst.value:
            worst = Measurement(foreign, f"{name}; outside: {listed}")
    return worst


def worst_load(
    figure: Callable[[BenchmarkDocument, str], float | None], is_least: bool
) -> Callable[[BenchmarkDocument], Measurement | None]:
    """Measure a figure of loading for each int8 artifact, and return the worst."""

    def measure(document: BenchmarkDocument) -> Measurement | None:
        found = [(figure(document, name), name) for name in (*TFLITE_INT8, *EXECUTORCH_INT8)]
        known = [(value, name) for value, name in found if value is not None]
        if not known:
            return None
        value, name = min(known) if is_least else max(known)
        return Measurement(value, name)

    return measure


def load_seconds(document: BenchmarkDocument, name: str) -> float | None:
    """Return the seconds from the file to a runtime that is ready."""
    setting = document.setting(LENGTH, THREADS)
    return setting.loads[name].load_ms / 1000 if setting is not None and name in setting.loads else None


def is_mapped(document: BenchmarkDocument, name: str) -> float | None:
    """Return 1 if the file is memory mapped once loaded, else 0.

    How much of it stays mapped is the runtime's affair: ExecuTorch gives back what XNNPACK has packed.
    """
    setting = document.setting(LENGTH, THREADS)
    if setting is None or name not in setting.loads:
        return None
    return 1.0 if setting.loads[name].mapped_bytes > 0 else 0.0


def peak_over_file(document: BenchmarkDocument, name: str) -> float | None:
    """Return the peak memory of loading and a first inference, above the process's own, over the file's size."""
    setting, record = document.setting(LENGTH, THREADS), document.contestant(name, LENGTH)
    if setting is None or name not in setting.loads or record is None or record.bytes is None:
        return None
    return setting.loads[name].peak_bytes / record.bytes


def build_seconds(document: BenchmarkDocument) -> Measurement | None:
    """Return the wall time of a build."""
    build = document.build
    return None if build is None or build.error else Measurement(build.seconds, ", ".join(FORMATS))


def build_memory(document: BenchmarkDocument) -> Measurement | None:
    """Return the peak memory of a build in 10^9 bytes."""
    build = document.build
    return None if build is None or build.error else Measurement(build.peak_bytes / 1e9, "sum over its processes")


TARGETS: tuple[Target, ...] = (
    Target(
        "tflite-int8-litert",
        "tflite int8 against litert-torch's own fp32 conversion",
        Limit(4.0, is_least=True),
        speed_up(TFLITE_INT8, NAIVE_TFLITE),
    ),
    Target(
        "tflite-int8-onnxruntime",
        "tflite int8 against onnxruntime fp32 on the Hugging Face export",
        Limit(3.3, is_least=True),
        speed_up(TFLITE_INT8, "huggingface-onnxruntime-fp32"),
    ),
    Target(
        "executorch-int8",
        ".pte int8 against ExecuTorch's own fp32 conversion",
        Limit(4.0, is_least=True),
        speed_up(EXECUTORCH_INT8, "huggingface-executorch-fp32"),
    ),
    Target(
        "executorch-fp32",
        ".pte fp32 against ExecuTorch's own fp32 conversion",
        Limit(1.25, is_least=True),
        speed_up(("executorch-fp32",), "huggingface-executorch-fp32"),
    ),
    Target(
        "tflite-fp32",
        "tflite fp32 against litert-torch's own fp32 conversion",
        Limit(1.25, is_least=True),
        speed_up(("tflite-fp32",), NAIVE_TFLITE),
    ),
    Target(
        "floor",
        "fastest int8 artifact over its own int8 matrix products alone",
        Limit(1.35, is_least=False),
        above_floor,
    ),
    *(
        Target(
            f"aarch64-{format_name}",
            f"aarch64 instructions, {suffix} int8 over litert-torch's fp32 tflite, one thread",
            Limit(0.40, is_least=False),
            instructions(names),
        )
        for format_name, suffix, names in (("tflite", "tflite", TFLITE_INT8), ("executorch", ".pte", EXECUTORCH_INT8))
    ),
    Target(
        "delegates",
        ".pte int8: operators outside delegates other than embedding and output",
        Limit(0, is_least=False, written="{:.0f}"),
        foreign_operators,
    ),
    Target(
        "load-time",
        "load time of an int8 artifact, the slowest of tflite and .pte",
        Limit(0.5, is_least=False, written="{:.2f} s"),
        worst_load(load_seconds, is_least=False),
    ),
    Target(
        "memory-mapped",
        "int8 artifact is memory mapped (1) or read (0), the worst of tflite and .pte",
        Limit(1, is_least=True, written="{:.0f}"),
        worst_load(is_mapped, is_least=True),
    ),
    Target(
        "peak-memory",
        "peak memory of an int8 artifact over its file's size",
        Limit(2.0, is_least=False),
        worst_load(peak_over_file, is_least=False),
    ),
    Target(
        "build-time",
        f"building three formats, int8, {LENGTH} tokens: wall time",
        Limit(180, is_least=False, written="{:.0f} s"),
        build_seconds,
    ),
    Target(
        "build-memory",
        f"building three formats, int8, {LENGTH} tokens: peak memory",
        Limit(6.0, is_least=False, written="{:.1f} GB"),
        build_memory,
    ),
)
