"""What an artifact takes and returns, and how much of it is delegated."""

from pathlib import Path

import torch

from converters.format import minimum_runtime
from edge.artifact import Artifact, TensorSpec
from edge.encoder import Encoder
from edge.inspection import inspect_artifact
from quantize import Recipe


def describe_artifact(format_name: str, recipe: Recipe, encoder: Encoder, path: Path) -> Artifact:
    """Describe the artifact that `encoder` was converted to at `path`; runs the encoder once and reads the file."""
    with torch.no_grad():
        outputs = encoder(*encoder.example_inputs())
    return Artifact(
        format=format_name,
        recipe=recipe.name,
        path=path,
        sequence_length=encoder.sequence_length,
        inputs=tuple(
            TensorSpec(name=name, dtype="int32", shape=[1, encoder.sequence_length]) for name in encoder.input_names
        ),
        outputs=tuple(
            TensorSpec(name=name, dtype="float32", shape=list(output.shape))
            for name, output in zip(encoder.output_names, outputs, strict=True)
        ),
        delegation=inspect_artifact(path).delegation,
        minimum_runtime=minimum_runtime(format_name, recipe),
    )
