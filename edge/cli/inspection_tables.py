"""The tables of ``squeezebert-edge inspect``; they fit a terminal of 80 columns."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from edge.inspection import Inspection
from edge.manifest import Manifest
from edge.profile import Profile
from edge.report.figures import megabytes, metric_text
from edge.sensitivity import Sensitivity

_SHORT_SHA256 = 8


def headline(inspection: Inspection) -> str:
    """Return the file, its format, its size and the share of constants, in one line."""
    share = 100 * inspection.constant_bytes / inspection.bytes
    return f"{inspection.file}: {inspection.format}, {megabytes(inspection.bytes)} MB, {share:.1f}% of it constants"


def operator_table(inspection: Inspection) -> Table:
    """Return how often each type of operator runs inside and outside of the accelerated backend."""
    counts: dict[str, dict[bool, int]] = {}
    for operator in inspection.operators:
        counts.setdefault(operator.name, {})[operator.delegated] = operator.count
    sums = inspection.delegation
    table = number_table("operators", "delegated", "other")
    for name, by_place in counts.items():
        table.add_row(Text(name), str(by_place.get(True, "")), str(by_place.get(False, "")))
    table.add_section()
    table.add_row("all", str(sums.delegated_ops), str(sums.other_ops))
    return table


def layer_table(inspection: Inspection) -> Table:
    """Return the bytes of constants of each layer by number type, and their share of the file."""
    dtypes = sorted({dtype for layer in inspection.layers for dtype in layer.dtypes})
    table = number_table("bytes of constants", *dtypes, "all", "% of file")

    def add_row(name: str, by_dtype: dict[str, int], size: int) -> None:
        cells = [f"{by_dtype[dtype]:,}" if dtype in by_dtype else "" for dtype in dtypes]
        table.add_row(name, *cells, f"{size:,}", f"{100 * size / inspection.bytes:.1f}")

    for layer in inspection.layers:
        add_row(layer.layer, layer.dtypes, layer.bytes)
    table.add_section()
    sums = {dtype: sum(layer.dtypes.get(dtype, 0) for layer in inspection.layers) for dtype in dtypes}
    add_row("all", sums, inspection.constant_bytes)
    return table


def metadata_table(inspection: Inspection) -> Table:
    """Return what the file says of its model; of long lists and texts the beginning."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column("method", no_wrap=True)
    table.add_column("returns", no_wrap=True, overflow="ellipsis")
    for name, values in inspection.metadata.items():
        table.add_row(Text(name), Text(", ".join(map(str, values))))
    return table


def sensitivity_table(sensitivity: Sensitivity) -> Table:
    """Return what each layer in int8 costs, the most damaging first."""
    table = number_table("int8 alone in", "input dB", "weight dB", "output dB", "model dB", "KL", "kept in")
    for row in sensitivity.layers:
        decibels = (row.tensors.input, row.tensors.weight, row.tensors.output, row.sqnr_db)
        cells = ["" if value is None else f"{value:.1f}" for value in decibels]
        table.add_row(row.layer, *cells, "" if row.kl is None else f"{row.kl:.1e}", "float" if row.is_float else "int8")
    return table


def profile_headline(profile: Profile) -> str:
    """Return the file and what it ran on, in one line."""
    threads = f"{profile.threads} thread{'s' if profile.threads > 1 else ''}"
    return f"{profile.file}: {profile.runtime}, {profile.host}, {threads}, medians of {profile.runs} inferences"


def profile_table(profile: Profile) -> Table:
    """Return each operator type's time in one inference, marked where no delegate ran it, and whole inferences."""
    table = number_table("operators", "calls", "µs", "%")
    table.add_column("where")
    for operator in profile.operators:
        table.add_row(
            Text(operator.name),
            str(operator.calls),
            f"{operator.microseconds:,.1f}",
            f"{100 * operator.share:.1f}",
            "" if operator.delegated else "outside",
        )
    table.add_section()
    calls = sum(operator.calls for operator in profile.operators)
    table.add_row("all", str(calls), f"{profile.operators_us:,.1f}")
    table.add_row("an inference with the profiler", "", f"{profile.profiled_latency_us:,.1f}")
    table.add_row("an inference without it", "", f"{profile.latency_us:,.1f}")
    return table


def profile_note(profile: Profile) -> str:
    """Return how the operators' times are to be read."""
    if profile.operators_us > profile.latency_us:
        return "operators took longer than an inference without the profiler: compare them with each other only"
    return "runtimes count whole microseconds for each operator and round down: short ones take more than is shown"


def summary_table(manifest: Manifest) -> Table:
    """Return what the manifest says of the model, the tokenizer and the targets."""
    model, tokenizer = manifest.model, manifest.tokenizer
    groups = sorted(set(model.groups.values()))
    case = "lower case" if tokenizer.lowercase else "cased"
    rows = {
        "model": model.name,
        "task": model.task,
        "labels": str(len(model.labels)) if model.labels else "none",
        "encoder": f"{model.layers} layers of {model.hidden_size}, groups {', '.join(map(str, groups))}",
        "parameters": f"{model.parameters:,}",
        "max length": f"{manifest.max_length} tokens",
        "tokenizer": f"{tokenizer.tokenizer_class}, {tokenizer.vocab_size:,} tokens, {case}",
        "targets": "\n".join(f"{target}: {name}" for target, name in manifest.targets.items()) or "none",
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, style="bold"), Text(value))
    return table


def artifact_table(manifest: Manifest) -> Table:
    """Return each artifact's size, operators, minimum runtime and checksum."""
    table = number_table("artifact", "MB", "delegated", "other")
    table.add_column("runtime from")
    table.add_column("sha256", no_wrap=True)
    for artifact in manifest.artifacts:
        table.add_row(
            artifact.id,
            megabytes(artifact.bytes),
            str(artifact.delegation.delegated_ops),
            str(artifact.delegation.other_ops),
            "\n".join(f"{name} {version}" for name, version in artifact.minimum_runtime.items()),
            artifact.sha256[:_SHORT_SHA256],
        )
    return table


def parity_table(manifest: Manifest) -> Table:
    """Return each artifact's parity with the fp32 reference, as measured when the bundle was built."""
    metrics = list(dict.fromkeys(metric for artifact in manifest.artifacts for metric in artifact.parity))
    table = number_table("parity with fp32", *metrics)
    for artifact in manifest.artifacts:
        cells = [
            metric_text(metric, artifact.parity[metric]) if metric in artifact.parity else "-" for metric in metrics
        ]
        table.add_row(artifact.id, *cells)
    return table


def number_table(first: str, *numbers: str) -> Table:
    """Return a table whose first column is text and whose other columns hold numbers."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column(first, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
