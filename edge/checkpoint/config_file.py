"""From config.json to a `ModelConfig` and a task."""

from __future__ import annotations

from edge.checkpoint.json_file import JsonObject, shown
from edge.checkpoint.model_config import ModelConfig
from edge.checkpoint.tensor_shapes import CONVOLUTIONS
from edge.errors import InputError
from edge.tasks import TASKS, Task, find_task, task_of_architecture

# Defaults of transformers' SqueezeBertConfig and BertConfig, which leave fields out of config.json.
SIZES = {
    "vocab_size": 30522,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}
SQUEEZEBERT_EMBEDDING_SIZE = 768
SQUEEZEBERT_GROUPS = {
    "q_groups": 4,
    "k_groups": 4,
    "v_groups": 4,
    "post_attention_groups": 1,
    "intermediate_groups": 4,
    "output_groups": 4,
}
LAYER_NORM_EPS = 1e-12
# Far above every encoder, low enough that a damaged number is refused before anything is sized by it.
MOST_LAYERS = 1000
ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_pytorch_tanh",
    "gelu_pytorch_tanh": "gelu_pytorch_tanh",
    "relu": "relu",
}
MODEL_TYPES = ("squeezebert", "bert")


def read_model_config(config_file: JsonObject) -> ModelConfig:
    """Return the encoder's shape that `config_file` (config.json) describes.

    Raises
    ------
    InputError
        If a field is missing or has the wrong type, or the fields describe no encoder that is supported.
    """
    model_type = config_file.text("model_type", None)
    if model_type not in MODEL_TYPES:
        raise InputError(
            f"{config_file.path}: model_type {shown(model_type)} is not supported; "
            f"pass a checkpoint of type {' or '.join(MODEL_TYPES)}"
        )
    sizes = {
        name: config_file.integer(name, default, *((MOST_LAYERS,) if name == "num_hidden_layers" else ()))
        for name, default in SIZES.items()
    }
    configured_eps = config_file.positive_number("layer_norm_eps", LAYER_NORM_EPS)
    is_bert = model_type == "bert"
    groups = {
        name: 1 if is_bert else config_file.integer(name, default) for name, default in SQUEEZEBERT_GROUPS.items()
    }
    config = ModelConfig(
        model_type=model_type,
        hidden_act=_activation(config_file),
        layer_norm_eps=configured_eps if is_bert else LAYER_NORM_EPS,
        embedding_layer_norm_eps=configured_eps,
        **sizes,
        **groups,
    )
    _check_divisions(config_file, config)
    _check_architecture(config_file, config)
    return config


def choose_task(config_file: JsonObject, task: str | None) -> Task:
    """Return the task called `task`, or else the one that ``architectures`` of config.json names.

    Raises
    ------
    InputError
        If there is no such task, or `task` is None and config.json names none.
    """
    if task is not None:
        return find_task(task)
    architectures = config_file.fields.get("architectures") or []
    if not isinstance(architectures, list) or not all(isinstance(name, str) for name in architectures):
        raise config_file.wrong("architectures", "a list of class names")
    for architecture in architectures:
        found = task_of_architecture(architecture)
        if found is not None:
            return found
    named = f"'architectures' {shown(architectures)} names no known task" if architectures else "no 'architectures'"
    raise InputError(f"{config_file.path}: {named}; choose one with --task: {', '.join(TASKS)}")


def _activation(config_file: JsonObject) -> str:
    name = config_file.text("hidden_act", "gelu")
    if name not in ACTIVATIONS:
        raise InputError(
            f"{config_file.path}: hidden_act {shown(name)} is not supported; "
            f"pass a checkpoint trained with {', '.join(ACTIVATIONS)}"
        )
    return ACTIVATIONS[name]


def _check_divisions(config_file: JsonObject, config: ModelConfig) -> None:
    if config.hidden_size % config.num_attention_heads:
        raise InputError(
            f"{config_file.path}: num_attention_heads {config.num_attention_heads} does not divide "
            f"hidden_size {config.hidden_size}; correct one of them"
        )
    for convolution in CONVOLUTIONS:
        groups = getattr(config, convolution.groups)
        for field in (convolution.inputs, convolution.outputs):
            channels = getattr(config, field)
            if channels % groups:
                raise InputError(
                    f"{config_file.path}: {convolution.groups} {groups} does not divide {field} {channels}; "
                    "correct one of them"
                )


def _check_architecture(config_file: JsonObject, config: ModelConfig) -> None:
    for name in ("is_decoder", "add_cross_attention"):
        if config_file.flag(name, False):
            raise InputError(f"{config_file.path}: {name} is true; only encoders are supported, pass one")
    if config.model_type == "squeezebert":
        embedding_size = config_file.integer("embedding_size", SQUEEZEBERT_EMBEDDING_SIZE)
        if embedding_size != config.hidden_size:
            source = "" if "embedding_size" in config_file.fields else " (the default)"
            raise InputError(
                f"{config_file.path}: embedding_size {embedding_size}{source} differs from hidden_size "
                f"{config.hidden_size}, which SqueezeBERT does not allow; correct one of them"
            )
    positions = config_file.fields.get("position_embedding_type")
    if positions not in (None, "absolute"):
        raise InputError(
            f"{config_file.path}: position_embedding_type {shown(positions)} is not supported; "
            "pass a checkpoint with 'absolute' positions"
        )
