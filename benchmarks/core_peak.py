"""The most that one core of this machine computes through XNNPACK."""

import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

from edge.child_process import run_job
from quantize.tflite_graph import Quantization, TFLiteGraph

# Rows, inputs and outputs of large linear layers; the fastest counts.
SIZES = ((128, 768, 768), (256, 768, 3072), (256, 1024, 1024), (512, 1024, 1024), (512, 2048, 1024), (1024, 1024, 1024))
STEP = Quantization(np.array([0.02], np.float32))
RUNS = 30
VERSION = 5


def write_linear(path: Path, rows: int, inputs: int, outputs: int, kind: Literal["fp32", "int8"]) -> None:
    """Write a .tflite with one FULLY_CONNECTED, in float, or int8 throughout with a scale for each output."""
    from ai_edge_litert import schema_py_generated as schema

    rng = np.random.default_rng(0)
    graph = TFLiteGraph()
    dtype, step = ("FLOAT32", None) if kind == "fp32" else ("INT8", STEP)
    source = graph.add_tensor(b"input", (rows, inputs), dtype, step)
    result = graph.add_tensor(b"result", (rows, outputs), dtype, step)
    if kind == "fp32":
        weight = graph.add_constant(b"weight", rng.standard_normal((outputs, inputs)).astype(np.float32))
    else:
        scales = Quantization(np.full(outputs, 0.01, np.float32))
        weight = graph.add_constant(b"weight", rng.integers(-127, 128, (outputs, inputs), dtype=np.int8), scales)
    options = schema.FullyConnectedOptionsT()
    graph.operators.append(graph.make_operator("FULLY_CONNECTED", VERSION, [source, weight, -1], [result], options))
    graph.set_ends({"input": source}, {"result": result})
    path.write_bytes(graph.serialize())


def measure_peak() -> dict[str, Any]:
    """Return one core's operations a second in fp32 and int8, for each size; a multiply-accumulate is two of them."""
    found: dict[str, Any] = {}
    kinds: tuple[Literal["fp32", "int8"], ...] = ("fp32", "int8")
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
        for kind in kinds:
            rates = {}
            for rows, inputs, outputs in SIZES:
                path = Path(folder) / f"{kind}-{rows}-{inputs}-{outputs}.tflite"
                write_linear(path, rows, inputs, outputs, kind)
                rates[f"{rows}x{inputs}x{outputs}"] = 2 * rows * inputs * outputs / _seconds(path)
            found[kind] = rates
    return found


def _seconds(path: Path) -> float:
    """Return the shortest time of the linear layer, by XNNPACK's own clock."""
    from edge.profile.inputs import filled_feed
    from edge.profile.litert import compiled_with_profiler

    with compiled_with_profiler(path, 1) as model:
        model.set_inputs(filled_feed(path, model.inputs))
        logs = [model.run() for _ in range(RUNS)]
    return 1e-6 * min(
        sum(event.microseconds for event in log.events if event.tag.startswith("Fully Connected")) for log in logs
    )


if __name__ == "__main__":
    run_job(measure_peak)
