"""One name for each tensor: transformers' SqueezeBERT name, whatever the checkpoint calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from edge.checkpoint.json_file import shown
from edge.errors import InputError

# The attribute that holds the encoder in transformers' classes with a head.
PREFIXES = {"squeezebert": "transformer.", "bert": "bert."}
# Endings of a BERT layer's tensors, after ``encoder.layer.N.``, and what SqueezeBERT calls them.
BERT_LAYER_NAMES = {
    "attention.self.query": "attention.query",
    "attention.self.key": "attention.key",
    "attention.self.value": "attention.value",
    "attention.output.dense": "post_attention.conv1d",
    "attention.output.LayerNorm": "post_attention.layernorm",
    "intermediate.dense": "intermediate.conv1d",
    "output.dense": "output.conv1d",
    "output.LayerNorm": "output.layernorm",
}
# Names that checkpoints converted from TensorFlow keep.
LEGACY_ENDINGS = {".gamma": ".weight", ".beta": ".bias"}
BERT_LAYER = re.compile(r"encoder\.layer\.(\d+)\.(.+)\.(weight|bias)")


def squeezebert_name(model_type: str, stored: str) -> str:
    """Return the SqueezeBERT name of the tensor that a checkpoint of `model_type` calls `stored`.

    A name that belongs to no known part comes back without prefix but otherwise as it is.
    """
    name = stored.removeprefix(PREFIXES[model_type])
    for legacy, ending in LEGACY_ENDINGS.items():
        if name.lower().endswith(f"layernorm{legacy}"):
            name = name.removesuffix(legacy) + ending
    layer = BERT_LAYER.fullmatch(name) if model_type == "bert" else None
    if layer and layer[2] in BERT_LAYER_NAMES:
        return f"encoder.layers.{layer[1]}.{BERT_LAYER_NAMES[layer[2]]}.{layer[3]}"
    return name


def squeezebert_names(model_type: str, stored: Iterable[str], where: object) -> dict[str, str]:
    """Return the stored name of each tensor, by its SqueezeBERT name.

    Raises
    ------
    InputError
        If two tensors have the same SqueezeBERT name; the message begins with `where`.
    """
    names: dict[str, str] = {}
    for name in stored:
        standard = squeezebert_name(model_type, name)
        if standard in names:
            raise InputError(
                f"{where}: tensors {shown(names[standard])} and {shown(name)} are the same weight; remove one"
            )
        names[standard] = name
    return names
