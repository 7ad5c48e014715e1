"""What a .pte says of its model: methods without inputs that return constants, as other loaders of a .pte ask for them.

The names are those of optimum-executorch where it has one; ``get_model_schema`` is react-native-executorch's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

from edge.checkpoint import Checkpoint
from edge.encoder import Encoder
from edge.encoder.channels_first import ChannelsFirstEncoder

METHOD = "forward"

# c10::ScalarType of what the encoder computes in.
_FLOAT32 = 6
_BATCH = 1

# What a method returns; a list becomes several outputs.
Constants = Mapping[str, int | bool | str | list[str]]


def constant_methods(
    checkpoint: Checkpoint,
    encoder: Encoder | ChannelsFirstEncoder,
    dynamic: torch.export.ExportedProgram | None = None,
) -> Constants:
    """Return what each method returns, by its name.

    Parameters
    ----------
    encoder
        Of the file's length.
    dynamic
        The exported ``forward`` if it takes fewer tokens than that, too.
    """
    config, pooling = checkpoint.config, checkpoint.pooling
    methods: dict[str, int | bool | str | list[str]] = {
        "get_task": checkpoint.task.name,
        "get_max_seq_len": encoder.sequence_length,
        "get_max_batch_size": _BATCH,
        "get_vocab_size": config.vocab_size,
        "get_n_layers": config.num_hidden_layers,
        "get_hidden_size": config.hidden_size,
        "get_dtype": _FLOAT32,
        "enable_dynamic_shape": dynamic is not None,
        "get_input_names": list(encoder.input_names),
        "get_output_names": list(encoder.output_names),
    }
    if checkpoint.task.labelled:
        methods["get_labels"] = list(checkpoint.labels)
    if pooling is not None:
        methods["get_pooling"] = list(pooling.modes)
        methods["get_normalize"] = pooling.normalize
    if dynamic is not None:
        methods["get_model_schema"] = _dynamic_schema(dynamic, encoder.sequence_length)
    return methods


def _dynamic_schema(program: torch.export.ExportedProgram, longest: int) -> str:
    """Return as JSON which extents of ``forward`` may be smaller: ExecuTorch itself keeps the largest shapes only."""
    signature = program.graph_signature
    values = {node.name: node.meta["val"] for node in program.graph.nodes if "val" in node.meta}
    inputs = [values[str(name)] for name in signature.user_inputs]
    outputs = [values[str(name)] for name in signature.user_outputs]
    shared = [
        {"paramSide": side, "tensorIdx": index, "dimIdx": place}
        for side, tensors in (("input", inputs), ("output", outputs))
        for index, tensor in enumerate(tensors)
        for place in _dynamic_places(tensor.shape)
    ]
    method = {
        "inputs": [_tensor(tensor, longest) for tensor in inputs],
        "outputs": [_tensor(tensor, longest) for tensor in outputs],
        "runtimeConstraints": [{"kind": "equality", "dims": shared}],
    }
    return json.dumps({METHOD: method}, separators=(",", ":"), sort_keys=True)


def _tensor(tensor: torch.Tensor, longest: int) -> dict[str, Any]:
    extents: list[dict[str, Any]] = [{"kind": "constant", "value": extent} for extent in tensor.shape]
    for place in _dynamic_places(tensor.shape):
        extents[place] = {"kind": "range", "range": {"min": 1, "max": longest, "step": 1}}
    return {"kind": "Tensor", "dtype": str(tensor.dtype).removeprefix("torch."), "shape": extents}


def _dynamic_places(shape: Sequence[int]) -> Iterable[int]:
    return [place for place, extent in enumerate(shape) if isinstance(extent, torch.SymInt)]
