"""The process that runs some of the examples through the fp32 checkpoint."""

from pathlib import Path
from typing import Any

from edge.checkpoint import load_checkpoint
from edge.child_process import run_job
from edge.evaluation.example_files import load_examples, save_outputs
from edge.evaluation.reductions import reduce_outputs
from edge.reference import batched_reference_outputs


def run_examples(checkpoint: str, task: str, reduction: str, examples: str, results: str) -> dict[str, Any]:
    """Run the examples of a file without padding, on one thread, and write their reduced outputs to `results`."""
    import torch

    torch.set_num_threads(1)
    outputs = batched_reference_outputs(load_checkpoint(checkpoint, task), load_examples(Path(examples)))
    save_outputs(Path(results), ((index, reduce_outputs(row, reduction)) for index, row in outputs))
    return {}


if __name__ == "__main__":
    run_job(run_examples)
