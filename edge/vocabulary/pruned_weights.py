"""Weights with the rows of the tokens that stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from edge.checkpoint import Checkpoint
from edge.checkpoint.stored_tensors import open_weights
from edge.checkpoint.tensor_names import squeezebert_name
from edge.checkpoint.weight_files import find_weight_files
from edge.checkpoint.weights import DECODER, DECODER_BIAS, PREDICTION_BIAS, WORD_EMBEDDINGS

# Tensors with one row for each token.
VOCABULARY_TENSORS = (WORD_EMBEDDINGS, DECODER, DECODER_BIAS, PREDICTION_BIAS)


def write_pruned_weights(checkpoint: Checkpoint, kept_ids: Sequence[int], path: Path) -> None:
    """Write all stored tensors of `checkpoint`, those of heads that its task does not use too, to a safetensors file.

    Names and types stay as stored; tensors with a row for each token (V, H) or (V,) have the rows `kept_ids`
    afterwards. Several files become one.

    Raises
    ------
    InputError
        If a weight file cannot be read any more.
    """
    import torch
    from safetensors.torch import save_file

    rows = torch.tensor(kept_ids, dtype=torch.int64)
    tensors = {}
    for name, stored in open_weights(find_weight_files(checkpoint.directory)).items():
        values = stored.read()
        if squeezebert_name(checkpoint.config.model_type, name) in VOCABULARY_TENSORS:
            tensors[name] = values.index_select(0, rows)
        else:
            # A copy: PyTorch files may hold one tensor under two names, which safetensors refuses.
            tensors[name] = values.clone(memory_format=torch.contiguous_format)
    save_file(tensors, path, metadata={"format": "pt"})
