"""What an .onnx says of its model: onnxruntime's `get_modelmeta` shows it, and exports for other clients read it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from converters.model_description import describe_checkpoint
from edge.checkpoint import Checkpoint
from edge.errors import InputError
from quantize import Recipe

if TYPE_CHECKING:
    import onnx

PRODUCER = "squeezebert-edge"


def describe_model(model: "onnx.ModelProto", checkpoint: Checkpoint, recipe: Recipe, lengths: tuple[int, ...]) -> None:
    """Write into `model` what it is.

    Entries of the metadata: ``name``, ``author``, ``license``, ``version`` and ``task`` are texts; ``labels`` is a JSON
    list in the order of the logits; ``pooling`` is JSON with ``modes`` and ``normalize``, or null; ``config`` has the
    shape of the encoder under the names of transformers' config.json.
    """
    description = describe_checkpoint(checkpoint, recipe, lengths)
    config = asdict(checkpoint.config)
    # transformers' classes have one epsilon, and it is that of the embeddings.
    config["layer_norm_eps"] = config.pop("embedding_layer_norm_eps")
    entries = {
        "name": description.name,
        "author": description.author,
        "license": description.license,
        "version": description.version,
        "task": checkpoint.task.name,
        "labels": json.dumps(checkpoint.labels, ensure_ascii=False),
        "pooling": json.dumps(None if checkpoint.pooling is None else asdict(checkpoint.pooling)),
        "config": json.dumps(config, sort_keys=True),
    }
    model.producer_name = PRODUCER
    model.producer_version = ""
    model.doc_string = description.summary
    del model.metadata_props[:]
    for key, value in entries.items():
        model.metadata_props.add(key=key, value=value)


def read_metadata(model: "onnx.ModelProto", name: str) -> dict[str, Any]:
    """Return what `describe_model` wrote, its JSON entries decoded.

    Parameters
    ----------
    name
        Of the file, for the error.

    Raises
    ------
    InputError
        If the model is not from `describe_model`.
    """
    entries: dict[str, Any] = {entry.key: entry.value for entry in model.metadata_props}
    try:
        return entries | {key: json.loads(entries[key]) for key in ("labels", "pooling", "config")}
    except (KeyError, ValueError) as error:
        raise InputError(f"{name}: lacks the metadata that this version writes; build the bundle again") from error
