"""``python -m benchmarks.alternatives``: operators that an artifact could be made of, timed beside those that it is.

Each is written to a .tflite of its own, twenty times over, and timed by XNNPACK's profiler. Sizes are those of a layer
of SqueezeBERT-base at 128 tokens: 12 heads of 64 channels, 768 channels in 4 groups, 3072 in the feed-forward part.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from edge.child_process import Job, run_job, run_jobs
from edge.cli.progress import show_progress
from quantize.tflite_graph import Quantization, TFLiteGraph

TOKENS, HEADS, HEAD_SIZE, CHANNELS, GROUPS, WIDE = 128, 12, 64, 768, 4, 3072
COPIES = 20
# Of all int8 operands and products.
STEP = Quantization(np.array([0.02], np.float32))
# The oldest of each operator that know these types.
VERSIONS = {"BATCH_MATMUL": 4, "FULLY_CONNECTED": 5, "CONV_2D": 5, "QUANTIZE": 1}


@dataclass(frozen=True)
class Alternative:
    """One operator.

    Attributes
    ----------
    left, right
        Shapes; of a CONV_2D or FULLY_CONNECTED, input and weight.
    types
        ``float``; ``int8``, static; ``mixed``, a float input that is quantized at run time.
    times
        How many of it a layer has in this place.
    """

    title: str
    operator: Literal["BATCH_MATMUL", "FULLY_CONNECTED", "CONV_2D"]
    left: tuple[int, ...]
    right: tuple[int, ...]
    types: Literal["float", "int8", "mixed"]
    times: int = 1


_HEADS = (HEADS, TOKENS, HEAD_SIZE)
_GROUP = CHANNELS // GROUPS
_IMAGE = (1, TOKENS, 1)

ALTERNATIVES: tuple[Alternative, ...] = (
    Alternative("attention scores, float (used, but in int8-static)", "BATCH_MATMUL", _HEADS, _HEADS, "float"),
    Alternative("attention scores, int8 (used in int8-static)", "BATCH_MATMUL", _HEADS, _HEADS, "int8"),
    Alternative("attention scores, float by int8", "BATCH_MATMUL", _HEADS, _HEADS, "mixed"),
    Alternative(
        "q, k, v: a linear layer for each group (used)",
        "FULLY_CONNECTED",
        (TOKENS, _GROUP),
        (3 * _GROUP, _GROUP),
        "mixed",
        GROUPS,
    ),
    Alternative(
        "q, k, v: one grouped convolution",
        "CONV_2D",
        (*_IMAGE, CHANNELS),
        (3 * CHANNELS, 1, 1, _GROUP),
        "mixed",
    ),
    Alternative(
        "output layer: a linear layer for each group (used)",
        "FULLY_CONNECTED",
        (TOKENS, WIDE // GROUPS),
        (_GROUP, WIDE // GROUPS),
        "mixed",
        GROUPS,
    ),
    Alternative(
        "output layer: one grouped convolution",
        "CONV_2D",
        (*_IMAGE, WIDE),
        (CHANNELS, 1, 1, WIDE // GROUPS),
        "mixed",
    ),
)


def write_operators(alternative: Alternative, path: Path) -> None:
    """Write a .tflite with `COPIES` of the operator, all of the same float inputs (named by position)."""
    graph = TFLiteGraph()
    given = [graph.add_tensor(b"left", alternative.left, "FLOAT32")]
    if alternative.operator == "BATCH_MATMUL":
        given.append(graph.add_tensor(b"right", alternative.right, "FLOAT32"))
        results = _add_products(graph, alternative, *given)
    else:
        results = _add_layers(graph, alternative, *given)
    graph.set_ends(
        {f"input{i}": index for i, index in enumerate(given)},
        {f"output{i}": index for i, index in enumerate(results)},
    )
    path.write_bytes(graph.serialize())


def _add_products(graph: TFLiteGraph, alternative: Alternative, left: int, right: int) -> list[int]:
    """Add the copies of a BATCH_MATMUL; return what they write."""
    from ai_edge_litert.schema_py_generated import BatchMatMulOptionsT

    def int8_form(tensor: int, shape: tuple[int, ...]) -> int:
        result = graph.add_tensor(b"int8", shape, "INT8", STEP)
        graph.operators.append(graph.make_operator("QUANTIZE", VERSIONS["QUANTIZE"], [tensor], [result]))
        return result

    if alternative.types == "int8":
        left = int8_form(left, alternative.left)
    if alternative.types != "float":
        right = int8_form(right, alternative.right)
    shape = (*alternative.left[:-1], alternative.right[-2])
    options = BatchMatMulOptionsT()
    options.adjY = True
    results = []
    for _ in range(COPIES):
        kind = ("INT8", STEP) if alternative.types == "int8" else ("FLOAT32", None)
        results.append(graph.add_tensor(b"product", shape, *kind))
        made = graph.make_operator("BATCH_MATMUL", VERSIONS["BATCH_MATMUL"], [left, right], results[-1:], options)
        graph.operators.append(made)
    return results


def _add_layers(graph: TFLiteGraph, alternative: Alternative, source: int) -> list[int]:
    """Add the copies of a FULLY_CONNECTED or CONV_2D with int8 weights; return what they write."""
    from ai_edge_litert import schema_py_generated as schema

    if alternative.operator == "CONV_2D":
        options = schema.Conv2DOptionsT()
        options.padding, options.strideW, options.strideH = schema.Padding.VALID, 1, 1
        options.dilationWFactor = options.dilationHFactor = 1
    else:
        options = schema.FullyConnectedOptionsT()
        options.keepNumDims = True
    rng = np.random.default_rng(0)
    outputs = alternative.right[0]
    scales = Quantization(np.full(outputs, 0.01, np.float32))
    results = []
    for _ in range(COPIES):
        # Weights of their own, as layers have them.
        weight = graph.add_constant(b"weight", rng.integers(-127, 128, alternative.right, dtype=np.int8), scales)
        bias = graph.add_constant(b"bias", rng.standard_normal(outputs).astype(np.float32))
        results.append(graph.add_tensor(b"result", (*alternative.left[:-1], outputs), "FLOAT32"))
        name = alternative.operator
        graph.operators.append(graph.make_operator(name, VERSIONS[name], [source, weight, bias], results[-1:], options))
    return results


def time_alternatives(threads: int) -> dict[str, Any]:
    """Return the microseconds that a layer spends in each alternative's place, by title."""
    from edge.profile import profile_artifact

    found = {}
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
        for index, alternative in enumerate(ALTERNATIVES):
            path = Path(folder) / f"{index}.tflite"
            write_operators(alternative, path)
            profile = profile_artifact(path, threads)
            # What quantizes the inputs belongs to the price; the second operand is quantized once for all copies.
            total = sum(operator.microseconds for operator in profile.operators)
            found[alternative.title] = total / COPIES * alternative.times
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    from rich.table import Table

    from edge.cli.output import print_table

    grammar = argparse.ArgumentParser(prog="python -m benchmarks.alternatives", description=__doc__)
    grammar.add_argument("--threads", type=int, default=2, choices=range(1, 65), metavar="N", help="default: 2")
    options = grammar.parse_args(arguments)
    with show_progress() as stage:
        job = Job("time operators", "benchmarks.alternatives", {"threads": options.threads})
        (found,) = run_jobs([job], stage, workers=1)
    table = Table("in each layer", "µs")
    table.columns[1].justify = "right"
    for title, microseconds in found.items():
        table.add_row(title, f"{microseconds:.0f}")
    print_table(table)
    return 0


if __name__ == "__main__":
    # A job of `main` has the paths of its files as arguments; a reader's call has options.
    if len(sys.argv) == 3 and not sys.argv[1].startswith("-"):
        run_job(time_alternatives)
    else:
        sys.exit(main())
