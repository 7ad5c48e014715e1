"""Names, dtypes and shapes of an encoder's inputs and outputs."""

import torch

from edge.artifact import TensorSpec
from edge.encoder import Encoder


def input_specs(encoder: Encoder) -> tuple[TensorSpec, ...]:
    """Return the specs of the int32 inputs, in order."""
    shape = [1, encoder.sequence_length]
    return tuple(TensorSpec(name=name, dtype="int32", shape=shape) for name in encoder.input_names)


def output_specs(encoder: Encoder) -> tuple[TensorSpec, ...]:
    """Return the specs of the float32 outputs, in order, from one run of the encoder."""
    with torch.no_grad():
        outputs = encoder(*encoder.example_inputs())
    return tuple(
        TensorSpec(name=name, dtype="float32", shape=list(output.shape))
        for name, output in zip(encoder.output_names, outputs, strict=True)
    )
