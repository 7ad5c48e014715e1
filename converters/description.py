"""What an artifact takes and returns, and how much of it is delegated."""

from collections.abc import Sequence
from pathlib import Path

import torch

from converters.artifact_name import artifact_id, function_name, layer_values_path
from converters.backend import minimum_runtime
from converters.conversion import Request
from edge.artifact import Artifact, FunctionSpec, TensorSpec
from edge.encoder import Encoder
from edge.encoder.channels_first import ChannelsFirstEncoder
from edge.inspection import inspect_artifact
from quantize import Recipe


def describe_artifact(
    request: Request,
    recipe: Recipe,
    encoders: Sequence[Encoder | ChannelsFirstEncoder],
    path: Path,
    deployment_target: str | None = None,
) -> Artifact:
    """Describe the artifact that `encoders` were converted to at `path`; runs each of them once and reads the file.

    Parameters
    ----------
    encoders
        One for each of the request's lengths.
    deployment_target
        That the artifact was written for, where its backend has one.
    """
    functions = tuple(
        FunctionSpec(
            name=function_name(encoder.sequence_length),
            sequence_length=encoder.sequence_length,
            inputs=_inputs(encoder, request.options.input_dtype),
            outputs=_outputs(encoder),
        )
        for encoder in encoders
    )
    longest = functions[-1]
    values = layer_values_path(path)
    return Artifact(
        id=artifact_id(request.backend, recipe.name, request.sequence_lengths),
        format=request.backend.format,
        backend=request.backend.name,
        recipe=recipe.name,
        path=path,
        sequence_lengths=request.sequence_lengths,
        inputs=tuple(longest.inputs),
        outputs=tuple(longest.outputs),
        delegation=inspect_artifact(path).delegation,
        minimum_runtime=minimum_runtime(request.backend, recipe, deployment_target),
        functions=functions if len(functions) > 1 else (),
        layer_values=values if request.backend.has_layer_values else None,
    )


def _inputs(encoder: Encoder | ChannelsFirstEncoder, dtype: str) -> list[TensorSpec]:
    shape = [1, encoder.sequence_length]
    return [TensorSpec.model_validate({"name": name, "dtype": dtype, "shape": shape}) for name in encoder.input_names]


def _outputs(encoder: Encoder | ChannelsFirstEncoder) -> list[TensorSpec]:
    with torch.no_grad():
        outputs = encoder(*encoder.example_inputs())
    return [
        TensorSpec(name=name, dtype="float32", shape=list(output.shape))
        for name, output in zip(encoder.output_names, outputs, strict=True)
    ]
