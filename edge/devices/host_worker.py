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


def run_artifact(
    format: str,
    path: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    golden: str,
    sequence_length: int,
    threads: int,
    minimum_runtime: dict[str, str],
    rule: dict[str, Any] | None,
    results: str | None,
) -> dict[str, Any]:
    """Load the artifact, measure it if there is a `rule`, run the golden examples if there is a file for `results`.

    Returns
    -------
    dict
        ``runtime`` (what computed) and ``benchmark`` (latency, runs, load time, peak memory; None without a rule or
        where the runtime's time says nothing).
    """
    input_specs = [TensorSpec(**spec) for spec in inputs]
    output_specs = [TensorSpec(**spec) for spec in outputs]
    vectors = load_golden(Path(golden), sequence_length)
    names = [spec.name for spec in input_specs]
    arrays = [
        pad_inputs(example.input_ids, example.token_type_ids, names, sequence_length, vectors.pad_id)
        for example in vectors.examples
    ]
    # The first load pays for importing the runtime's library; the second is what an app sees.
    load_runtime(format, Path(path), input_specs, output_specs, threads, minimum_runtime)
    start = time.perf_counter()
    runtime = load_runtime(format, Path(path), input_specs, output_specs, threads, minimum_runtime)
    load_ms = (time.perf_counter() - start) * 1000
    benchmark = None
    if rule is not None and runtime.measures_latency:
        latency, runs = measure_latency(lambda: runtime.run(arrays[0]), MeasurementRule(**rule))
        benchmark = {
            "runs": runs,
            "latency_ms": latency.model_dump(),
            "load_ms": load_ms,
            "peak_rss_mb": peak_resident_bytes() / 1e6,
        }
    if results is not None:
        found = {}
        for index, (example, feed) in enumerate(zip(vectors.examples, arrays, strict=True)):
            for name, value in select_positions(runtime.run(feed), example.positions).items():
                found[f"{index}/{name}"] = value.astype(np.float32)
        np.savez(results, **found)  # type: ignore[arg-type]
    return {"runtime": runtime.name, "benchmark": benchmark}


if __name__ == "__main__":
    run_job(run_artifact)
