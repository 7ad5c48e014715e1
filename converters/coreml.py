"""Core ML: conversion by coremltools around this project's own quantization, in the layout that the backend wants."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from converters.artifact_name import artifact_path, layer_values_path
from converters.conversion import Request
from converters.coreml_classifier import (
    add_probabilities,
    check_classes,
    classifier_config,
    float16_but_probabilities,
)
from converters.coreml_constants import share_constants
from converters.coreml_metadata import describe_model
from converters.coreml_multifunction import combine_packages
from converters.coreml_package import DATA, write_package
from converters.deployment_target import MULTIFUNCTION, choose_deployment_target
from converters.description import describe_artifact
from converters.executorch_coreml import write_delegated
from converters.executorch_metadata import constant_methods
from converters.layer_values import record_layer_values
from converters.operation_names import name_operations
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.channels_first import ChannelsFirstEncoder, convolution_names
from edge.encoder.channels_first.layer_norm import ChannelsFirstLayerNorm
from edge.encoder.layer_norm import LayerNorm
from edge.examples import make_examples
from edge.model_inputs import pad_inputs
from edge.runtimes.mil.coremltools_import import require_coremltools
from edge.runtimes.mil.package import read_package
from edge.samples import bundled_samples
from edge.tokenizer import Tokenizer
from quantize import Recipe, StaticPlan
from quantize.calibration import prepared_encoder
from quantize.coreml_program import quantize_program
from quantize.joined_groups import join_groups

# The modules whose operations carry their names and whose values are recorded.
NAMED_MODULES = (nn.Linear, nn.Conv2d, LayerNorm, ChannelsFirstLayerNorm)

# float16 holds nothing below 6e-8, and an epsilon that becomes 0 divides by zero on a constant row.
VARIANT = EncoderVariant(layer_norm="native", minimum_epsilon=1e-7)


def convert(request: Request) -> list[Artifact]:
    """Write one artifact for each recipe; see `converters.convert`."""
    return [_convert_one(request, recipe) for recipe in request.recipes]


def _convert_one(request: Request, recipe: Recipe) -> Artifact:
    lengths = request.sequence_lengths
    needed = {recipe.name: recipe.minimum_deployment_target}
    if len(lengths) > 1:
        needed["a package of several lengths"] = MULTIFUNCTION
    target = choose_deployment_target(request.options.deployment_target, needed)
    classes: tuple[str, ...] = ()
    if request.options.classifier:
        check_classes(request.checkpoint)
        classes = request.checkpoint.labels
    path = artifact_path(request.backend, recipe.name, lengths, request.directory)
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=request.directory) as folder:
        packages = {length: Path(folder) / f"{length}.mlpackage" for length in lengths}
        encoders = {}
        for length, package in packages.items():
            encoders[length], plan = encoder_of_recipe(request, recipe, length)
            model, variables = convert_encoder(encoders[length], recipe, plan, target, classes)
            model.save(str(package))
        draft = packages[max(lengths)]
        if len(lengths) > 1:
            draft = Path(folder) / "several.mlpackage"
            combine_packages(packages, draft)
        spec = read_package(draft).spec
        share_constants(spec)
        describe_model(spec, request.checkpoint, recipe, lengths)
        if request.backend.format == "coreml":
            write_package(spec, draft / DATA / "weights", path)
        else:
            package = Path(folder) / "described.mlpackage"
            write_package(spec, draft / DATA / "weights", package)
            longest = encoders[max(lengths)]
            write_delegated(package, longest, path, constant_methods(request.checkpoint, longest))
        example = example_inputs(request.checkpoint, encoders[max(lengths)])
        record_layer_values(encoders[max(lengths)], example, variables).save(layer_values_path(path))
    return describe_artifact(request, recipe, list(encoders.values()), path, target)


def encoder_of_recipe(
    request: Request, recipe: Recipe, sequence_length: int
) -> tuple[Encoder | ChannelsFirstEncoder, StaticPlan | None]:
    """Return the float encoder that a recipe is written from, in the backend's layout, and its plan if it has one."""
    plan = request.plans.get(recipe.name)
    if plan is None:
        encoder = Encoder(request.checkpoint, sequence_length, VARIANT)
    else:
        encoder = prepared_encoder(request.checkpoint, sequence_length, VARIANT, plan)
    if not request.backend.channels_first:
        return encoder, plan
    joined = None if plan is None else join_groups(plan, convolution_names(encoder))
    return ChannelsFirstEncoder(encoder), joined


def convert_encoder(
    encoder: Encoder | ChannelsFirstEncoder,
    recipe: Recipe,
    plan: StaticPlan | None,
    deployment_target: str,
    classes: Sequence[str] = (),
) -> tuple[Any, dict[str, str]]:
    """Return coremltools' MLModel of `encoder` as the recipe and its plan say, and the modules' variables by name.

    Parameters
    ----------
    classes
        Labels that the model answers with beside its logits; none for a model that does not.
    """
    program = float_program(encoder, deployment_target)
    variables = name_operations(program, encoder, NAMED_MODULES)
    quantize_program(program, encoder, recipe, plan)
    if classes:
        add_probabilities(program)
    return finished_model(program, recipe, deployment_target, classes), variables


def example_inputs(checkpoint: Checkpoint, encoder: Encoder | ChannelsFirstEncoder) -> dict[str, np.ndarray]:
    """Return the inputs, int32 (1, S) by name, for the first of the texts that come with this project, and padding."""
    tokenizer, length = Tokenizer(checkpoint.directory), encoder.sequence_length
    # A quarter of padding at least, so that the mask counts; but room for [CLS] and two [SEP].
    longest = min(length, max(3, length * 3 // 4))
    (example,) = make_examples(
        bundled_samples()[:1], checkpoint.task, checkpoint.pooling is not None, tokenizer, longest
    )
    pad = tokenizer.special_ids["pad"]
    return pad_inputs(example.input_ids, example.token_type_ids, encoder.input_names, length, pad)


def float_program(encoder: Encoder | ChannelsFirstEncoder, deployment_target: str) -> Any:
    """Return coremltools' MIL program of `encoder`, float32, before any of its passes."""
    require_coremltools()
    import coremltools as ct

    shape = (1, encoder.sequence_length)
    with torch.no_grad():
        traced = torch.jit.trace(encoder, encoder.example_inputs())
    return ct.convert(
        traced,
        inputs=[ct.TensorType(name=name, shape=shape, dtype=np.int32) for name in encoder.input_names],
        outputs=[ct.TensorType(name=name, dtype=np.float32) for name in encoder.output_names],
        minimum_deployment_target=ct.target[deployment_target],
        compute_precision=ct.precision.FLOAT32,
        convert_to="milinternal",
        pass_pipeline=ct.PassPipeline.EMPTY,
    )


def finished_model(program: Any, recipe: Recipe, deployment_target: str, classes: Sequence[str] = ()) -> Any:
    """Optimise `program`, cast it to the type that the recipe computes in, and let it answer with one of `classes`."""
    import coremltools as ct

    casts = float16_but_probabilities() if classes else ct.precision.FLOAT16
    return ct.convert(
        program,
        minimum_deployment_target=ct.target[deployment_target],
        compute_precision=ct.precision.FLOAT32 if recipe.activations == "float32" else casts,
        convert_to="mlprogram",
        classifier_config=classifier_config(classes) if classes else None,
        skip_model_load=True,
    )
