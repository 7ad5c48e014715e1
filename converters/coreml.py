"""Core ML: conversion by coremltools around this project's own int8; the package is written byte for byte the same."""

import json
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from converters.description import describe_artifact
from converters.format import artifact_path
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from quantize import Recipe, StaticPlan

# float16 holds nothing below 6e-8, and an epsilon that becomes 0 divides by zero on a constant row.
VARIANT = EncoderVariant(layer_norm="native", minimum_epsilon=1e-7)


def convert(
    checkpoint: Checkpoint,
    recipes: tuple[Recipe, ...],
    sequence_length: int,
    directory: Path,
    plans: Mapping[str, StaticPlan],
) -> list[Artifact]:
    """Write one .mlpackage for each recipe; see `converters.convert`."""
    from quantize.calibration import prepared_encoder
    from quantize.coreml_static import quantize_program

    plain = Encoder(checkpoint, sequence_length, VARIANT)
    traced = torch.jit.trace(plain, plain.example_inputs())
    artifacts = []
    for recipe in recipes:
        encoder, source = plain, traced
        if (plan := plans.get(recipe.name)) is not None:
            encoder = prepared_encoder(checkpoint, sequence_length, VARIANT, plan)
            source = torch.jit.trace(encoder, encoder.example_inputs())
        program = float_program(source, encoder)
        if recipe.weights == "int8":
            quantize_program(program, encoder, plan)
        path = artifact_path("coreml", recipe, sequence_length, directory)
        write_package(finished_model(program, recipe), path)
        artifacts.append(describe_artifact("coreml", recipe, encoder, path))
    return artifacts


def float_program(traced: Any, encoder: Encoder) -> Any:
    """Return coremltools' MIL program, float32, before any of its passes."""
    import coremltools as ct

    shape = (1, encoder.sequence_length)
    return ct.convert(
        traced,
        inputs=[ct.TensorType(name=name, shape=shape, dtype=np.int32) for name in encoder.input_names],
        outputs=[ct.TensorType(name=name, dtype=np.float32) for name in encoder.output_names],
        minimum_deployment_target=ct.target.iOS17,
        compute_precision=ct.precision.FLOAT32,
        convert_to="milinternal",
        pass_pipeline=ct.PassPipeline.EMPTY,
    )


def finished_model(program: Any, recipe: Recipe) -> Any:
    """Optimise `program` and cast it to the type that the recipe computes in."""
    import coremltools as ct

    return ct.convert(
        program,
        minimum_deployment_target=ct.target.iOS17,
        compute_precision=ct.precision.FLOAT32 if recipe.activations == "float32" else ct.precision.FLOAT16,
        convert_to="mlprogram",
        skip_model_load=True,
    )


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
