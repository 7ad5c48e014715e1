"""The process that loads and runs one artifact on this host."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import TensorSpec
from edge.child_process import run_job
from edge.devices.measurement import MeasurementRule, measure_latency, peak_resident_bytes
from edge.golden import load_golden, select_positions
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime
from edge.runtimes.coreml import CoreMLEvaluation, prepare_process
from edge.runtimes.coreml_macos import CoreMLOnMacOS
from edge.runtimes.executorch_coreml import EvaluatedDelegate
from edge.runtimes.mil.layer_values import load_layer_values


def run_artifact(
    format: str,
    path: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    golden: str,
    sequence_length: int,
    threads: int,
    minimum_runtime: dict[str, str],
    options: dict[str, str],
    rule: dict[str, Any] | None,
    results: str | None,
    layer_values: str | None,
) -> dict[str, Any]:
    """Load the artifact, measure it if there is a `rule`, run the golden examples if there is a file for `results`.

    Returns
    -------
    dict
        ``runtime`` (what computed), ``benchmark`` (latency, runs, load time, peak memory, on macOS Core ML's devices;
        None without a rule or where the runtime's time says nothing), ``hazards`` and ``layers``
        (`edge.devices.host.ArtifactRun`).
    """
    if format == "coreml":
        prepare_process()
    input_specs = [TensorSpec(**spec) for spec in inputs]
    output_specs = [TensorSpec(**spec) for spec in outputs]
    vectors = load_golden(Path(golden), sequence_length)
    names = [spec.name for spec in input_specs]
    arrays = [
        pad_inputs(example.input_ids, example.token_type_ids, names, sequence_length, vectors.pad_id)
        for example in vectors.examples
    ]
    # The first load pays for importing the runtime's library; the second is what an app sees.
    load_runtime(format, Path(path), input_specs, output_specs, threads, minimum_runtime, options)
    start = time.perf_counter()
    runtime = load_runtime(format, Path(path), input_specs, output_specs, threads, minimum_runtime, options)
    load_ms = (time.perf_counter() - start) * 1000
    benchmark = None
    hazards: dict[tuple[str, str], str] = {}
    if rule is not None and runtime.measures_latency:
        latency, runs = measure_latency(lambda: runtime.run(arrays[0]), MeasurementRule(**rule))
        benchmark = {
            "runs": runs,
            "latency_ms": latency.model_dump(),
            "load_ms": load_ms,
            "peak_rss_mb": peak_resident_bytes() / 1e6,
        }
        if isinstance(runtime, CoreMLOnMacOS):
            benchmark["core_ml"] = runtime.devices().model_dump(mode="json")
    if results is not None:
        found = {}
        for index, (example, feed) in enumerate(zip(vectors.examples, arrays, strict=True)):
            if isinstance(runtime, CoreMLEvaluation | EvaluatedDelegate):
                outputs_found, broken = runtime.run_and_search(feed)
                # One line for each operation, of the first example that breaks it.
                for hazard in broken:
                    hazards.setdefault((hazard.kind, hazard.variable), str(hazard))
            else:
                outputs_found = runtime.run(feed)
            for name, value in select_positions(outputs_found, example.positions).items():
                found[f"{index}/{name}"] = value.astype(np.float32)
        np.savez(results, **found)  # type: ignore[arg-type]
    layers = []
    if layer_values is not None and isinstance(runtime, CoreMLEvaluation | EvaluatedDelegate):
        recorded = load_layer_values(Path(layer_values))
        if recorded.sequence_length == sequence_length:
            layers = [[each.sqnr_db, str(each)] for each in runtime.layer_deviations(recorded)]
    return {"runtime": runtime.name, "benchmark": benchmark, "hazards": list(hazards.values()), "layers": layers}


if __name__ == "__main__":
    run_job(run_artifact)
