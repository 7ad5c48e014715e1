"""docs/estimates.md as Markdown."""

from collections.abc import Sequence

from benchmarks.anchors import Anchors
from benchmarks.comparisons import (
    CPU,
    LONGEST,
    SHORTEST,
    Comparison,
    Estimated,
    check_estimates,
    compare,
    mean_factor,
)
from benchmarks.efficiencies import COMMAND, published_config
from benchmarks.markdown import MISSING, milliseconds, table
from edge.estimation.document import ProcessorEstimate
from edge.estimation.efficiencies import Efficiencies
from edge.estimation.estimate import estimate
from edge.estimation.layer_work import LayerType
from edge.estimation.model_shape import ModelShape
from edge.target import load_targets
from edge.tasks import find_task
from quantize import find_recipe

LENGTH = 128
CPU_RECIPES = ("fp32", "int8-dynamic", "int8-static")
# An estimate that is off by less is called near, one that is off by more far.
NEAR, FAR = 1.5, 2.0

HEAD = f"""# Estimates

`python -m benchmarks.estimates docs/estimates.md` writes this page. Every time on it that is not called published or
measured is an estimate: nothing was run on the device. `squeezebert-edge estimate MODEL --target T --sequence-length N`
makes one for any checkpoint.

**At least** is the lower bound: for each layer type the longer of computing its multiply-accumulates at the peak of
the cores that take part, and of reading its weights once at the memory's peak; the sum over the layer types. Peaks are
those of the highest clock, in `edge/targets/*.toml` with their sources. Softmax, GELU and layer norm count the few
vector operations that no kernel can do without; slices and transposes count nothing. What layers hand over stays in
caches.

**Expected** divides the work of each layer type by the share of the peak that this layer type reached in XNNPACK on
one machine (`{COMMAND}`), adds for several threads the cycles that they waited for each
other after each operator, and the cycles between operators. Efficiencies and cycles are assumed to be the same on every
target. On accelerators no efficiency was measured: they have a lower bound alone.

No constant was set from a published figure. But the comparison below was seen while the method was made: efficiencies
by length, waiting in cycles, and the fastest bursts came after a first look at it, for reasons that the measured
machine gave. Of four measurements of the efficiencies, whose mean errors lay close together, the last is kept.
"""

LIMITS = """## Where it fails

- **Runtimes.** The efficiencies are those of this project's .tflite in LiteRT's XNNPACK. A figure that was published
  years ago, by another framework, or on one thread, is estimated too fast, and the page cannot tell these apart:
  sources seldom say how many threads ran. The two figures of the Pixel 3 are like that.
- **Clocks.** A phone holds its highest clock for seconds and a fan-less board for minutes. The estimate never slows
  down.
- **Instruction sets.** The efficiencies were measured where int8 products run at four times the float peak (AVX-512
  VNNI). On cores without dot products XNNPACK's int8 kernels also widen and add, so they reach less of the int8 peak
  of a Raspberry Pi 4, a Pixel 3 and a Coral Dev Board.
- **In-order cores.** A Cortex-A53 or A55 cannot compute while it loads 128 bits; the efficiencies are those of a core
  that can.
- **Matrix units.** Peaks of Apple's cores are those of their vector units. Where XNNPACK has kernels for SME, which an
  iPhone 17 Pro has, a published figure may lie below the lower bound. Apple publishes no peak of that unit.
- **Unequal cores.** Work is assumed to be spread in proportion to what each core can do. Android may move threads to
  slow cores, and a layer then waits for the slowest.
- **Memory.** Bandwidth is the product of width and rate, and programs reach less. At short lengths, where reading
  weights takes as long as computing, the estimate is too fast.
- **Nominal targets.** generic-arm64 and generic-x86-64 are no devices: their peaks are a choice.
- **Figures without a source.** Some peaks, clocks and bandwidths have none; their files say which.
"""


def render_page(anchors: Anchors, measured: Efficiencies) -> str:
    """Return the page's text."""
    comparisons = compare(anchors, measured)
    sections = [
        HEAD.strip().splitlines(),
        _efficiencies(measured),
        _same_machine(measured),
        _targets(measured),
        _published(comparisons),
        _unknown_length(comparisons),
        _not_estimated(comparisons),
        LIMITS.strip().splitlines(),
    ]
    return "\n".join("\n".join([*section, ""]) for section in sections)


def _efficiencies(measured: Efficiencies) -> list[str]:
    columns = [(name, length) for name in measured.recipes for length in measured.sequence_lengths]
    found = {column: measured.at(*column) for column in columns}
    rows = [
        [
            kind.in_words,
            *(
                f"{100 * each.efficiency:.0f} ({each.synchronization_us:.1f})"
                for each in (found[column].layers[kind] for column in columns)
            ),
        ]
        for kind in LayerType
        if all(kind in each.layers for each in found.values())
    ]
    rows.append(["between operators", *(f"({found[column].between_operators_us:.1f})" for column in columns)])
    packages = ", ".join(f"{name} {version}" for name, version in measured.packages.items())
    return [
        "## Measured efficiencies",
        "",
        f"{measured.model} with random weights in LiteRT: percent of a core's peak on one thread, and in brackets the",
        "microseconds of each operator by which two threads missed half of that time. The peak is"
        f" {measured.peak.fp32_gflops:.0f} GFLOP/s in fp32",
        f"and {measured.peak.int8_gops or 0:.0f} GOP/s in int8 at about {measured.clock_mhz / 1000:.1f} GHz: the",
        f"{measured.peak.source}.",
        "Softmax, layer norm, GELU and what is moved are shares of one vector operation for each multiply-accumulate",
        "of the fp32 peak. Heads count as post-attention. Between two lengths these numbers change with the logarithm",
        "of the length. Times are medians of the fastest of several bursts: other work on the machine counts least.",
        "",
        f"Machine: {measured.machine}. Packages: {packages}.",
        "",
        *table(["layer type", *(f"{name}, {length} tokens" for name, length in columns)], rows),
    ]


def _same_machine(measured: Efficiencies) -> list[str]:
    found = check_estimates(measured)
    if not found:
        return ["## The same machine, another model", "", "Not measured."]
    rows = [
        [
            check.model,
            check.recipe,
            str(check.sequence_length),
            str(check.threads),
            milliseconds(check.measured_ms),
            milliseconds(estimated.lower_bound_ms),
            milliseconds(estimated.expected_ms or 0.0),
            f"{(estimated.expected_ms or 0.0) / check.measured_ms:.2f}x",
        ]
        for check, estimated in found
    ]
    factor = mean_factor((estimated.expected_ms or 0.0) / check.measured_ms for check, estimated in found)
    return [
        "## The same machine, another model",
        "",
        "Measured by the same command, and used for no efficiency. This is the error of the method alone, before",
        "anything is carried over to another processor.",
        "",
        *table(
            [
                "model",
                "recipe",
                "tokens",
                "threads",
                "measured ms",
                "at least ms",
                "expected ms",
                "expected / measured",
            ],
            rows,
            numbers_from=2,
        ),
        "",
        f"On average the expected time is off by a factor of {factor:.2f} (mean absolute logarithm).",
    ]


def _targets(measured: Efficiencies) -> list[str]:
    rows = []
    for target in load_targets().values():
        processors = {each.processor: each for each in _estimates(target.name, None, measured)}
        cells = []
        for recipe in CPU_RECIPES:
            cpu = next(each for each in _estimates(target.name, recipe, measured) if each.threads is not None)
            cells += [milliseconds(cpu.lower_bound_ms), milliseconds(cpu.expected_ms or 0.0)]
        accelerated = [each for each in processors.values() if each.threads is None]
        words = ", ".join(
            f"{each.processor}, {each.recipe}: {milliseconds(each.lower_bound_ms)}" for each in accelerated
        )
        rows.append([target.name, str(target.threads), *cells, words or MISSING])
    heads = [f"{recipe} {what}" for recipe in CPU_RECIPES for what in ("at least", "expected")]
    return [
        "## SqueezeBERT-base on the targets",
        "",
        f"{LENGTH} tokens, no head, milliseconds, all of them estimates; but for the last column on the CPU, on the",
        "target's threads.",
        "",
        *table(["target", "threads", *heads, "accelerator, at least"], rows),
    ]


def _estimates(target: str, recipe: str | None, measured: Efficiencies) -> list[ProcessorEstimate]:
    shape = ModelShape("SqueezeBERT-base", published_config(), find_task("feature-extraction"), 0, 512)
    if recipe is not None:
        find_recipe(recipe)
    return estimate(shape, load_targets()[target], LENGTH, recipe, measured).processors


def _published(comparisons: Sequence[Comparison]) -> list[str]:
    known = [each for each in comparisons if each.estimated is not None]
    rows = [_row(each) for each in sorted(known, key=_distance)]
    usual = [each.ratio for each in known if each.ratio is not None]
    alone = [each.ratio_on_one_thread for each in known if each.ratio_on_one_thread is not None]
    near = sum(1 / NEAR <= ratio <= NEAR for ratio in usual)
    below = [_name(each) for each in known if each.bound_holds is False]
    good = [f"{_name(each)} ({_times(each.ratio)})" for each in known if each.ratio and _distance(each) <= NEAR]
    bad = [f"{_name(each)} ({_times(each.ratio)})" for each in known if each.ratio and _distance(each) > FAR]
    lines = [
        "## Against published figures",
        "",
        "The nearest first. The ratio is expected over published: below 1 the estimate is too fast. Threads are the",
        "device's usual number where the source does not say; beside it the same on one thread.",
        "",
        *table(
            [
                "model, type",
                "device, processor",
                "tokens",
                "published ms",
                "at least ms",
                "threads",
                "expected ms",
                "ratio",
                "on one thread ms",
                "ratio",
                "not known",
            ],
            rows,
            numbers_from=2,
        ),
        "",
        f"Of {len(usual)} figures with an expected time, {near} are within a factor of {NEAR:g}. On average the",
        f"expected time is off by a factor of {mean_factor(usual):.2f} (mean absolute logarithm), on one thread by"
        f" {mean_factor(alone):.2f}.",
        f"Near: {', '.join(good) or 'none'}. Off by more than a factor of {FAR:g}: {', '.join(bad) or 'none'}.",
    ]
    if below:
        lines.append(
            f"Published below the lower bound, which then does not hold: {', '.join(below)}. See 'matrix units' below."
        )
    else:
        lines.append("No published figure lies below its lower bound.")
    return [
        *lines,
        "",
        "Sources:",
        *(f"- {_name(each)}: {each.anchor.source}" for each in sorted(known, key=_distance)),
    ]


def _distance(comparison: Comparison) -> float:
    """Return how far off the estimate is, for sorting; what has a bound alone comes last."""
    ratio = comparison.ratio
    return float("inf") if ratio is None else mean_factor([ratio])


def _row(comparison: Comparison) -> list[str]:
    anchor, estimated, alone = comparison.anchor, comparison.estimated, comparison.on_one_thread
    assert estimated is not None
    return [
        f"{anchor.model}, {anchor.recipe}",
        f"{comparison.device.title}, {anchor.processor}",
        str(anchor.sequence_length),
        f"{anchor.published_ms:g}",
        milliseconds(estimated.lower_bound_ms),
        str(comparison.device.usual_threads) if anchor.processor == CPU else MISSING,
        _milliseconds(estimated),
        _times(comparison.ratio),
        _milliseconds(alone),
        _times(comparison.ratio_on_one_thread),
        "; ".join(anchor.unknown) or MISSING,
    ]


def _unknown_length(comparisons: Sequence[Comparison]) -> list[str]:
    rows = []
    for each in comparisons:
        if each.shortest is not None and each.longest is not None:
            rows.append(
                [
                    f"{each.anchor.model}, {each.anchor.recipe}",
                    f"{each.device.title}, {each.anchor.processor}",
                    f"{each.anchor.published_ms:g}",
                    _milliseconds(each.shortest),
                    _milliseconds(each.longest),
                    "; ".join(each.anchor.unknown),
                    each.anchor.source,
                ]
            )
    return [
        "## Published without a length",
        "",
        f"An error would say nothing; expected times at {SHORTEST} and {LONGEST} tokens show what lengths would fit.",
        "",
        *table(
            [
                "model, type",
                "device, processor",
                "published ms",
                f"expected ms, {SHORTEST} tokens",
                f"expected ms, {LONGEST} tokens",
                "not known",
                "source",
            ],
            rows,
            numbers_from=2,
        ),
    ]


def _not_estimated(comparisons: Sequence[Comparison]) -> list[str]:
    rows = [
        [
            f"{each.anchor.model}, {each.anchor.recipe}",
            f"{each.device.title}, {each.anchor.processor}",
            str(each.anchor.sequence_length),
            f"{each.anchor.published_ms:g}",
            each.anchor.not_estimated or MISSING,
            each.anchor.source,
        ]
        for each in comparisons
        if each.anchor.not_estimated is not None
    ]
    heads = ["model, type", "device, processor", "tokens", "published ms", "why not", "source"]
    return ["## Not estimated", "", *table(heads, rows, numbers_from=2)]


def _name(comparison: Comparison) -> str:
    return f"{comparison.anchor.model} on {comparison.device.title}"


def _milliseconds(estimated: Estimated | None) -> str:
    return MISSING if estimated is None or estimated.expected_ms is None else milliseconds(estimated.expected_ms)


def _times(ratio: float | None) -> str:
    return MISSING if ratio is None else f"{ratio:.2f}x"
