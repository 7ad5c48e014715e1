"""Which tensors a checkpoint must have, and their shapes, as data.

A shape is written with names of `ModelConfig` fields, ``labels`` for the number of labels, or a number.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.checkpoint.model_config import ModelConfig
from edge.tasks import Task

Shape = tuple[int, ...]
ShapeRule = tuple[str | int, ...]


@dataclass(frozen=True)
class Convolution:
    """A grouped 1x1 convolution of every encoder layer; attributes but `name` are fields of `ModelConfig`."""

    name: str
    inputs: str
    outputs: str
    groups: str


CONVOLUTIONS = (
    Convolution("attention.query", "hidden_size", "hidden_size", "q_groups"),
    Convolution("attention.key", "hidden_size", "hidden_size", "k_groups"),
    Convolution("attention.value", "hidden_size", "hidden_size", "v_groups"),
    Convolution("post_attention.conv1d", "hidden_size", "hidden_size", "post_attention_groups"),
    Convolution("intermediate.conv1d", "hidden_size", "intermediate_size", "intermediate_groups"),
    Convolution("output.conv1d", "intermediate_size", "hidden_size", "output_groups"),
)
LAYER_NORMS = ("post_attention.layernorm", "output.layernorm")

EMBEDDINGS: dict[str, ShapeRule] = {
    "embeddings.word_embeddings.weight": ("vocab_size", "hidden_size"),
    "embeddings.position_embeddings.weight": ("max_position_embeddings", "hidden_size"),
    "embeddings.token_type_embeddings.weight": ("type_vocab_size", "hidden_size"),
    "embeddings.LayerNorm.weight": ("hidden_size",),
    "embeddings.LayerNorm.bias": ("hidden_size",),
}
POOLER: dict[str, ShapeRule] = {
    "pooler.dense.weight": ("hidden_size", "hidden_size"),
    "pooler.dense.bias": ("hidden_size",),
}
HEADS: dict[str, dict[str, ShapeRule]] = {
    "feature-extraction": {},
    "text-classification": {
        **POOLER,
        "classifier.weight": ("labels", "hidden_size"),
        "classifier.bias": ("labels",),
    },
    "token-classification": {
        "classifier.weight": ("labels", "hidden_size"),
        "classifier.bias": ("labels",),
    },
    "question-answering": {
        "qa_outputs.weight": (2, "hidden_size"),
        "qa_outputs.bias": (2,),
    },
    "fill-mask": {
        "cls.predictions.transform.dense.weight": ("hidden_size", "hidden_size"),
        "cls.predictions.transform.dense.bias": ("hidden_size",),
        "cls.predictions.transform.LayerNorm.weight": ("hidden_size",),
        "cls.predictions.transform.LayerNorm.bias": ("hidden_size",),
        "cls.predictions.decoder.weight": ("vocab_size", "hidden_size"),
        "cls.predictions.bias": ("vocab_size",),
    },
    "multiple-choice": {
        **POOLER,
        "classifier.weight": (1, "hidden_size"),
        "classifier.bias": (1,),
    },
}


def required_tensors(config: ModelConfig, task: Task, label_count: int) -> dict[str, Shape]:
    """Return name and shape of every tensor that `task` needs of an encoder shaped by `config`.

    Parameters
    ----------
    config
        Shape of the encoder.
    task
        Decides the head and whether there is a pooler.
    label_count
        Rows of the classifier, for labelled tasks; other tasks ignore it.

    Returns
    -------
    dict
        Shapes by name, in the order of computation. Convolutions have (out, in / groups, 1).
    """
    return encoder_tensors(config) | {
        name: _shape(rule, config, label_count) for name, rule in HEADS[task.name].items()
    }


def encoder_tensors(config: ModelConfig) -> dict[str, Shape]:
    """Return name and shape of every tensor of embeddings and encoder, which all tasks need."""
    shapes = {name: _shape(rule, config, 0) for name, rule in EMBEDDINGS.items()}
    for layer in range(config.num_hidden_layers):
        prefix = f"encoder.layers.{layer}."
        for convolution in CONVOLUTIONS:
            inputs, outputs, groups = (
                getattr(config, field) for field in (convolution.inputs, convolution.outputs, convolution.groups)
            )
            shapes[f"{prefix}{convolution.name}.weight"] = (outputs, inputs // groups, 1)
            shapes[f"{prefix}{convolution.name}.bias"] = (outputs,)
        for layer_norm in LAYER_NORMS:
            shapes[f"{prefix}{layer_norm}.weight"] = (config.hidden_size,)
            shapes[f"{prefix}{layer_norm}.bias"] = (config.hidden_size,)
    return shapes


def convolution_of(name: str) -> Convolution | None:
    """Return the convolution whose weight the tensor `name` is, or None."""
    for convolution in CONVOLUTIONS:
        if name.startswith("encoder.layers.") and name.endswith(f".{convolution.name}.weight"):
            return convolution
    return None


def _shape(rule: ShapeRule, config: ModelConfig, label_count: int) -> Shape:
    return tuple(
        size if isinstance(size, int) else label_count if size == "labels" else getattr(config, size) for size in rule
    )
