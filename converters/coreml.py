"""Core ML: conversion and weight quantization by coremltools; the package is written byte for byte the same."""

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import torch

from converters.description import describe_artifact
from converters.format import artifact_path
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from quantize import Recipe

# float16 holds nothing below 6e-8, and an epsilon that becomes 0 divides by zero on a constant row.
VARIANT = EncoderVariant(layer_norm="native", minimum_epsilon=1e-7)

# Constants with fewer elements than this stay float: quantizing them saves nothing.
QUANTIZED_FROM = 2048


def convert(
    checkpoint: Checkpoint, recipes: tuple[Recipe, ...], sequence_length: int, directory: Path
) -> list[Artifact]:
    """Write one .mlpackage for each recipe; see `converters.convert`."""
    encoder = Encoder(checkpoint, sequence_length, VARIANT)
    traced = torch.jit.trace(encoder, encoder.example_inputs())
    artifacts = []
    for recipe in recipes:
        model = _convert_traced(traced, encoder, recipe)
        path = artifact_path("coreml", recipe, sequence_length, directory)
        write_package(model, path)
        artifacts.append(describe_artifact("coreml", recipe, encoder, path))
    return artifacts


def _convert_traced(traced: Any, encoder: Encoder, recipe: Recipe) -> Any:
    import coremltools as ct
    from coremltools.optimize.coreml import OpLinearQuantizerConfig, OptimizationConfig, linear_quantize_weights

    shape = (1, encoder.sequence_length)
    precision = ct.precision.FLOAT32 if recipe.activations == "float32" else ct.precision.FLOAT16
    model = ct.convert(
        traced,
        inputs=[ct.TensorType(name=name, shape=shape, dtype=np.int32) for name in encoder.input_names],
        outputs=[ct.TensorType(name=name, dtype=np.float32) for name in encoder.output_names],
        minimum_deployment_target=ct.target.iOS17,
        compute_precision=precision,
        convert_to="mlprogram",
        skip_model_load=True,
    )
    if recipe.weights == "int8":
        config = OpLinearQuantizerConfig(
            mode="linear_symmetric", granularity="per_channel", weight_threshold=QUANTIZED_FROM
        )
        model = linear_quantize_weights(model, OptimizationConfig(global_config=config))
    return model


def write_package(model: Any, path: Path) -> None:
    """Write `model` to `path` so that the same model gives the same bytes.

    coremltools writes random identifiers, the date and maps in hash order; none of them reaches `path`.
    """
    draft = path.with_name(f"draft-{path.name}")
    model.save(str(draft))
    data = Path("Data") / "com.apple.CoreML"
    spec = model.get_spec()
    spec.description.metadata.userDefined.clear()
    if path.exists():
        shutil.rmtree(path)
    (path / data).mkdir(parents=True)
    (path / data / "model.mlmodel").write_bytes(spec.SerializeToString(deterministic=True))
    shutil.move(draft / data / "weights", path / data / "weights")
    shutil.rmtree(draft)
    (path / "Manifest.json").write_text(json.dumps(_package_manifest(), indent=4, sort_keys=True) + "\n")


def _package_manifest() -> dict[str, Any]:
    """Return a package manifest whose identifiers depend on the entries only."""
    entries = {
        "model.mlmodel": "Core ML model specification",
        "weights": "Core ML model weights",
    }
    items = {
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"com.apple.CoreML/{name}")): {
            "author": "com.apple.CoreML",
            "description": description,
            "name": name,
            "path": f"com.apple.CoreML/{name}",
        }
        for name, description in entries.items()
    }
    root = next(key for key, item in items.items() if item["name"] == "model.mlmodel")
    return {"fileFormatVersion": "1.0.0", "itemInfoEntries": items, "rootModelIdentifier": root}
