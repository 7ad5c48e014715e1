"""The process that computes the fp32 reference of one length: the outputs that every contestant is compared with."""

import shutil
from pathlib import Path
from typing import Any

from edge.checkpoint import load_checkpoint
from edge.child_process import run_job
from edge.examples import make_examples
from edge.golden import Golden, save_golden
from edge.reference import reference_outputs
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer


def write_reference(checkpoint: str, sequence_length: int, directory: str) -> dict[str, Any]:
    """Write golden vectors to the new folder `directory`, from the texts that the product verifies with.

    Returns
    -------
    dict
        ``task``, the checkpoint's.
    """
    loaded = load_checkpoint(checkpoint)
    tokenizer = Tokenizer(loaded.directory)
    rows = split_samples(bundled_samples()).verification
    examples = make_examples(rows, loaded.task, loaded.pooling is not None, tokenizer, sequence_length)
    outputs = reference_outputs(loaded, examples)
    folder = Path(directory)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_golden(Golden(sequence_length, tokenizer.special_ids["pad"], tuple(examples), tuple(outputs)), folder)
    return {"task": loaded.task.name}


if __name__ == "__main__":
    run_job(write_reference)
