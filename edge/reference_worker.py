"""The process that computes the golden vectors of one length, and checks the rewritten encoder against them."""

from pathlib import Path
from typing import Any

from edge.checkpoint import load_checkpoint
from edge.child_process import run_job
from edge.encoder_check import check_encoder
from edge.examples import make_examples
from edge.golden import Golden, save_golden
from edge.reference import reference_outputs
from edge.samples import Sample
from edge.tokenizer import Tokenizer


def write_golden(
    checkpoint: str, task: str, samples: list[list[str | None]], sequence_length: int, directory: str
) -> dict[str, Any]:
    """Write the golden vectors of one length to `directory`.

    Parameters
    ----------
    samples
        Text and second text (or None) of each.
    """
    loaded = load_checkpoint(checkpoint, task)
    tokenizer = Tokenizer(loaded.directory)
    texts = [Sample(str(text), pair) for text, pair in samples]
    examples = make_examples(texts, loaded.task, loaded.pooling is not None, tokenizer, sequence_length)
    outputs = reference_outputs(loaded, examples)
    golden = Golden(sequence_length, tokenizer.special_ids["pad"], tuple(examples), tuple(outputs))
    difference = check_encoder(loaded, golden)
    save_golden(golden, Path(directory))
    return {"encoder_difference": difference}


if __name__ == "__main__":
    run_job(write_golden)
