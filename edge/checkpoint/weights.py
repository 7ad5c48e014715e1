"""The weights that a task needs: found, checked against config.json, then read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge.checkpoint.json_file import shown
from edge.checkpoint.model_config import ModelConfig
from edge.checkpoint.stored_tensors import FLOAT_TYPES, StoredTensor
from edge.checkpoint.tensor_names import squeezebert_names
from edge.checkpoint.tensor_shapes import HEADS, convolution_of, encoder_tensors, required_tensors
from edge.errors import InputError
from edge.tasks import Task

if TYPE_CHECKING:
    import torch

# Constants that older versions of transformers saved with the weights.
IGNORED_BUFFERS = ("embeddings.position_ids", "embeddings.token_type_ids")
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
DECODER = "cls.predictions.decoder.weight"
DECODER_BIAS = "cls.predictions.decoder.bias"
PREDICTION_BIAS = "cls.predictions.bias"
CLASSIFIER = "classifier.weight"


def select_tensors(
    stored: dict[str, StoredTensor], config: ModelConfig, task: Task, tied: bool, where: Path
) -> dict[str, StoredTensor]:
    """Return the tensors that `task` needs, by SqueezeBERT name, with shapes that fit `config`.

    Parameters
    ----------
    stored
        Tensors by their name in the files.
    config
        Shape of the encoder.
    task
        Decides the head.
    tied
        Whether the fill-mask decoder shares the word embeddings (``tie_word_embeddings``).
    where
        File or folder to name in messages.

    Raises
    ------
    InputError
        If a tensor is missing, has another shape or type, or is one that the encoder has no place for.
    """
    names = squeezebert_names(config.model_type, stored, where)
    available = _with_tied_weights({name: stored[stored_name] for name, stored_name in names.items()}, tied)
    encoder = encoder_tensors(config)
    _check_encoder(available, set(encoder), config, where)
    _check_head(available, task, where)
    rows = available[CLASSIFIER].shape[:1] if task.labelled else ()
    required = required_tensors(config, task, max(1, *rows) if rows else 1)
    selected = {name: available[name] for name in required}
    for name, tensor in selected.items():
        _check_tensor(name, tensor, required[name], config, task)
    return selected


def label_count(selected: dict[str, StoredTensor]) -> int:
    """Return the rows of the classifier among the tensors that `select_tensors` returned, 0 without one."""
    return selected[CLASSIFIER].shape[0] if CLASSIFIER in selected else 0


def read_tensors(selected: dict[str, StoredTensor], config: ModelConfig) -> dict[str, torch.Tensor]:
    """Return the values of `selected` as float32, convolutions as (out, in / groups, 1).

    Tied weights are one tensor under two names.

    Raises
    ------
    InputError
        If a tensor cannot be read or holds NaN or infinity.
    """
    import torch

    read: dict[StoredTensor, torch.Tensor] = {}
    weights = {}
    for name, stored in selected.items():
        if stored not in read:
            # A copy: safetensors maps the file, which may change while the weights are in use.
            tensor = stored.read().to(torch.float32, copy=True).contiguous()
            if not bool(torch.isfinite(tensor).all()):
                raise InputError(
                    f"{stored.file}: tensor {shown(stored.name)} holds NaN or infinity; train or save it again"
                )
            read[stored] = tensor
        tensor = read[stored]
        linear = config.model_type == "bert" and convolution_of(name) is not None
        weights[name] = tensor.unsqueeze(-1) if linear else tensor
    return weights


def _with_tied_weights(available: dict[str, StoredTensor], tied: bool) -> dict[str, StoredTensor]:
    tensors = dict(available)
    if WORD_EMBEDDINGS in tensors and (tied or DECODER not in tensors):
        tensors[DECODER] = tensors[WORD_EMBEDDINGS]
    # Untied models add the decoder's own bias; in the others both names are one tensor.
    if DECODER_BIAS in tensors and not (tied and PREDICTION_BIAS in tensors):
        tensors[PREDICTION_BIAS] = tensors[DECODER_BIAS]
    return tensors


def _check_encoder(available: dict[str, StoredTensor], encoder: set[str], config: ModelConfig, where: Path) -> None:
    layers = {name.split(".")[2] for name in available if name.startswith(("encoder.layers.", "encoder.layer."))}
    if len(layers) != config.num_hidden_layers:
        raise InputError(
            f"{where}: {len(layers)} encoder layers of type {config.model_type}, but config.json has "
            f"{config.num_hidden_layers} (num_hidden_layers); copy config.json and weights of one model"
        )
    missing = sorted(encoder - available.keys())
    if missing:
        raise InputError(f"{where}: no tensor {shown(missing[0])}; copy config.json and weights of one model")
    # A tensor that the encoder would not use means that it would not compute what the checkpoint computes.
    for name, tensor in available.items():
        if name.startswith(("encoder.", "embeddings.")) and name not in encoder and name not in IGNORED_BUFFERS:
            raise InputError(
                f"{where}: tensor {shown(tensor.name)} is no part of a {config.model_type} encoder; "
                "pass a checkpoint without changes to the architecture"
            )


def _check_head(available: dict[str, StoredTensor], task: Task, where: Path) -> None:
    missing = sorted({name.split(".")[0] for name in HEADS[task.name] if name not in available})
    if missing:
        raise InputError(
            f"{where}: no complete {' and '.join(missing)}, which {task.name} needs; pass a checkpoint trained for it, "
            f"or choose with --task what this one serves: {', '.join(_served(available))}"
        )


def _served(available: dict[str, StoredTensor]) -> list[str]:
    return [
        task
        for task, head in HEADS.items()
        if all(
            name in available and (not isinstance(rule[0], int) or available[name].shape[:1] == (rule[0],))
            for name, rule in head.items()
        )
    ]


def _check_tensor(name: str, tensor: StoredTensor, required: tuple[int, ...], config: ModelConfig, task: Task) -> None:
    convolution = convolution_of(name)
    expected = required[:2] if convolution and config.model_type == "bert" else required
    where = f"{tensor.file}: tensor {shown(tensor.name)}"
    if tensor.shape != expected:
        reason = "config.json describes another model; copy config.json and weights of one model"
        if convolution and len(tensor.shape) == 3 and tensor.shape[1] and tensor.shape[::2] == expected[::2]:
            channels, configured = getattr(config, convolution.inputs), getattr(config, convolution.groups)
            if channels % tensor.shape[1] == 0:
                reason = (
                    f"the weights have {channels // tensor.shape[1]} groups where config.json has "
                    f"{convolution.groups} {configured}; correct {convolution.groups}"
                )
        elif name in HEADS[task.name] and isinstance(HEADS[task.name][name][0], int):
            reason = f"its head is not one for {task.name}; choose another with --task"
        raise InputError(f"{where} has shape {tensor.shape}, expected {expected}: {reason}")
    if tensor.type not in FLOAT_TYPES:
        raise InputError(f"{where} is {tensor.type}; save the model as {', '.join(FLOAT_TYPES)}")
