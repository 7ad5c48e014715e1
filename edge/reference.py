"""What the checkpoint computes in fp32: transformers' own model, not this project's encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.checkpoint import Checkpoint, Pooling
from edge.examples import Example
from edge.golden import Outputs, select_positions

if TYPE_CHECKING:
    import torch

# transformers' class that reads a checkpoint with the task's head.
MODEL_CLASSES = {
    "feature-extraction": "AutoModel",
    "text-classification": "AutoModelForSequenceClassification",
    "token-classification": "AutoModelForTokenClassification",
    "question-answering": "AutoModelForQuestionAnswering",
    "fill-mask": "AutoModelForMaskedLM",
    "multiple-choice": "AutoModelForMultipleChoice",
}


# Tokens that run at once: enough to use the matrix units, few enough for a vocabulary of outputs each.
BATCH_TOKENS = 1024


def reference_outputs(checkpoint: Checkpoint, examples: list[Example]) -> list[Outputs]:
    """Compute the fp32 outputs of each example, without padding.

    Artifacts run the same examples padded to their length, so a comparison also shows whether padding leaks.

    Returns
    -------
    list
        For each example the float32 outputs by name, without the batch axis, at the example's positions.
    """
    import torch

    model = _load_model(checkpoint)
    results = []
    with torch.inference_mode():
        for example in examples:
            results.append(select_positions(_run(checkpoint, model, [example]), example.positions))
    return results


def batched_reference_outputs(checkpoint: Checkpoint, examples: Sequence[Example]) -> Iterator[tuple[int, Outputs]]:
    """Compute what `reference_outputs` does, several examples of the same number of tokens at once.

    Yields
    ------
    tuple
        An example's index, and its outputs as of `reference_outputs`; shorter examples come first.
    """
    import torch

    model = _load_model(checkpoint)
    by_length: dict[int, list[int]] = {}
    for index, example in enumerate(examples):
        by_length.setdefault(len(example.input_ids), []).append(index)
    for length, indices in sorted(by_length.items()):
        size = max(1, BATCH_TOKENS // length)
        for begin in range(0, len(indices), size):
            batch = indices[begin : begin + size]
            with torch.inference_mode():
                outputs = _run(checkpoint, model, [examples[index] for index in batch])
            for row, index in enumerate(batch):
                single = {name: value[row : row + 1] for name, value in outputs.items()}
                yield index, select_positions(single, examples[index].positions)


def _run(checkpoint: Checkpoint, model: Any, examples: Sequence[Example]) -> Outputs:
    """Return the outputs of examples of one number of tokens, with a batch axis."""
    import torch

    ids = torch.tensor([example.input_ids for example in examples])
    inputs = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.tensor([example.token_type_ids for example in examples]),
    }
    if checkpoint.task.name == "multiple-choice":
        inputs = {name: value.unsqueeze(1) for name, value in inputs.items()}
    return _arrays(checkpoint, model(**inputs))


def _load_model(checkpoint: Checkpoint) -> Any:
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model_class = getattr(transformers, MODEL_CLASSES[checkpoint.task.name])
    return model_class.from_pretrained(str(checkpoint.directory), dtype=torch.float32, local_files_only=True).eval()


def _arrays(checkpoint: Checkpoint, outputs: Any) -> Outputs:
    if checkpoint.pooling is not None:
        return {"sentence_embedding": pool(outputs.last_hidden_state, checkpoint.pooling).numpy()}
    return {name: getattr(outputs, name).numpy().astype(np.float32) for name in checkpoint.task.outputs}


def pool(hidden: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """Pool token vectors (B, tokens, H) without padding as sentence-transformers does; returns (B, modes * H)."""
    import torch

    modes = {
        "cls": lambda: hidden[:, 0],
        "mean": lambda: hidden.mean(dim=1),
        "max": lambda: hidden.amax(dim=1),
        "mean_sqrt_len": lambda: hidden.sum(dim=1) / hidden.shape[1] ** 0.5,
    }
    embedding = torch.cat([modes[mode]() for mode in pooling.modes], dim=-1)
    return torch.nn.functional.normalize(embedding, dim=-1) if pooling.normalize else embedding
