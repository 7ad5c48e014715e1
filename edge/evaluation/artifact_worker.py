"""The process that runs some of the examples through one artifact."""

from pathlib import Path
from typing import Any

from edge.artifact import TensorSpec
from edge.child_process import run_job
from edge.evaluation.example_files import load_examples, save_outputs
from edge.evaluation.reductions import reduce_outputs
from edge.golden import select_positions
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime
from edge.runtimes.coreml import prepare_process


def run_examples(
    format: str,
    path: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    sequence_length: int,
    pad_id: int,
    minimum_runtime: dict[str, str],
    options: dict[str, str],
    reduction: str,
    examples: str,
    results: str,
) -> dict[str, Any]:
    """Run the examples of a file one by one, on one thread, and write their reduced outputs to `results`."""
    if format == "coreml":
        prepare_process()
    input_specs = [TensorSpec(**spec) for spec in inputs]
    output_specs = [TensorSpec(**spec) for spec in outputs]
    names = [spec.name for spec in input_specs]
    runtime = load_runtime(format, Path(path), input_specs, output_specs, 1, minimum_runtime, options)
    found = []
    for index, example in enumerate(load_examples(Path(examples))):
        feed = pad_inputs(example.input_ids, example.token_type_ids, names, sequence_length, pad_id)
        found.append((index, reduce_outputs(select_positions(runtime.run(feed), example.positions), reduction)))
    save_outputs(Path(results), found)
    return {}


if __name__ == "__main__":
    run_job(run_examples)
