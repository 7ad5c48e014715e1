"""docs/performance.md: the whole page out of one document."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.document import FILE, BenchmarkDocument
from benchmarks.page_settings import cost_section, floor_section, instruction_section, setting_section
from benchmarks.page_targets import target_section

COMMAND = "make benchmark"

METHOD = """\
## How it was measured

Each contestant is a process of its own, started for one length and number of threads, loaded and run once before
anything is timed. In each of {rounds} rounds every contestant measures one burst, in an order drawn anew (seed {seed}):
one inference that is not counted, then single inferences for at least {burst_seconds:g} s and at least
{burst_inferences}. Before each burst {pause_seconds:g} s pass, because threads of the contestant before spin for a
while. A contestant's figure is the median over rounds of the bursts' medians; spreads are 5th to 95th percentile over
rounds. A ratio is that of two medians of the same round. The control is the same artifact in a second process, and
should be 1.

SQNR and cosine (the worst text's) compare the outputs of 64 texts with the fp32 checkpoint's, computed by transformers
without padding. Other models and the floor's products have no such reference.

A floor is made of the int8 products of the artifact's own encoder, quantized and lowered by the converter's code, each
reading another's output, with nothing between them. In int8-dynamic the quantization of each input while it runs
belongs to the product; in int8-static int8 values go from product to product. Attention's own products are in it where
they are int8: in a static .tflite.

Load: from the file to a runtime that is ready; the first inference comes after it and packs weights in some runtimes.
Both in a fresh process that had imported the runtime's library; the file is in the system's page cache. Peak: most
resident memory of both, above what the process had before. Mapped: the part of the file that is memory mapped, and
what of it is resident, after the first inference; ExecuTorch unmaps what XNNPACK has packed."""


def render_page(document: BenchmarkDocument, explanations: Mapping[str, str], explanations_file: Path) -> str:
    """Return the page's text."""
    sections = [
        _head(document),
        target_section(document, explanations, explanations_file),
        *(setting_section(document, setting) for setting in document.settings),
        floor_section(document),
        instruction_section(document),
        cost_section(document),
        _build_section(document),
        _method(document),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _head(document: BenchmarkDocument) -> list[str]:
    machine = document.machine
    flags = ", ".join(machine.flags) or "none of those that matter"
    versions = ", ".join(f"{name} {version}" for name, version in document.packages.items())
    return [
        "# Performance",
        "",
        f"`{COMMAND}` writes this page, and measures each length on it in one run; {FILE} in its work folder has each"
        " single inference. Ratios are taken within a round and are what to read: milliseconds are those of one machine"
        " on one day.",
        "",
        f"- Checkpoint: {document.checkpoint}. Batch 1.",
        f"- Machine: {machine.processor}, {machine.cores} cores, {machine.memory_bytes / 1e9:.1f} GB; {flags};"
        f" {machine.system}; Python {machine.python}.",
        f"- Packages: {versions}.",
    ]


def _build_section(document: BenchmarkDocument) -> list[str]:
    build = document.build
    if build is None:
        return ["## Building", "", "Not measured in this run."]
    if build.error is not None:
        return ["## Building", "", f"`{build.command}` failed: {build.error}"]
    return [
        "## Building",
        "",
        f"`{build.command}` took {build.seconds:.0f} s and at most {build.peak_bytes / 1e9:.1f} GB, the sum of the"
        " resident memory of its processes, in which shared pages count more than once.",
    ]


def _method(document: BenchmarkDocument) -> list[str]:
    rule = document.rounds
    return METHOD.format(**rule.model_dump()).splitlines()
