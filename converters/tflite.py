"""LiteRT: float conversion by litert-torch, then this project's own quantization of the file."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from converters.artifact_name import artifact_path
from converters.conversion import Request
from converters.description import describe_artifact
from converters.mediapipe import writes_metadata
from converters.model_description import describe_checkpoint
from converters.tflite_metadata import add_metadata, described_inputs, described_outputs
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.tokenizer import Tokenizer
from quantize import Recipe, StaticPlan

# litert-torch's own decomposition of layer norm has reshapes that XNNPACK copies for.
VARIANT = EncoderVariant(layer_norm="means", fused_projections=True)


class NamedSignature(nn.Module):
    """The encoder with keyword inputs and named outputs, so that the .tflite signature carries their names."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, **inputs: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """Run the encoder on inputs of the names in `encoder.input_names`."""
        outputs = self.encoder(*(inputs[name] for name in self.encoder.input_names))
        return dict(zip(self.encoder.output_names, outputs, strict=True))


def convert(request: Request) -> list[Artifact]:
    """Write one .tflite for each recipe; see `converters.convert`."""
    from quantize.tflite_dynamic import quantize_weights

    checkpoint, sequence_length = request.checkpoint, request.sequence_length
    with_metadata = writes_metadata(request.options.metadata, checkpoint)
    encoder = Encoder(checkpoint, sequence_length, VARIANT)
    float_path = request.directory / f"float-{sequence_length}.tflite"
    if any(recipe.activations != "int8-calibrated" for recipe in request.recipes):
        convert_float(encoder, float_path)
    artifacts = []
    for recipe in request.recipes:
        path = artifact_path(request.backend, recipe.name, request.sequence_lengths, request.directory)
        if recipe.activations == "int8-calibrated":
            convert_static(checkpoint, sequence_length, request.plans[recipe.name], path)
        elif recipe.activations == "int8-runtime":
            path.write_bytes(quantize_weights(float_path.read_bytes()))
        else:
            path.write_bytes(float_path.read_bytes())
        if with_metadata:
            describe_file(path, checkpoint, recipe, sequence_length)
        artifact = describe_artifact(request, recipe, [encoder], path)
        if with_metadata:
            inputs, outputs = described_inputs(artifact.inputs), described_outputs(artifact.outputs, checkpoint.labels)
            artifact = artifact.model_copy(update={"inputs": inputs, "outputs": outputs})
        artifacts.append(artifact)
    float_path.unlink(missing_ok=True)
    return artifacts


def describe_file(path: Path, checkpoint: Checkpoint, recipe: Recipe, sequence_length: int) -> None:
    """Add to the .tflite at `path` what MediaPipe Tasks needs to run it on text."""
    description = describe_checkpoint(checkpoint, recipe, (sequence_length,))
    vocabulary = Tokenizer(checkpoint.directory).vocabulary
    path.write_bytes(add_metadata(path.read_bytes(), description, vocabulary, checkpoint.labels))


def convert_float(encoder: Encoder, path: Path) -> None:
    """Write `encoder` to `path` as it is."""
    import litert_torch

    inputs = dict(zip(encoder.input_names, encoder.example_inputs(), strict=True))
    litert_torch.convert(NamedSignature(encoder).eval(), sample_kwargs=inputs).export(str(path))


def convert_static(checkpoint: Checkpoint, sequence_length: int, plan: StaticPlan, path: Path) -> None:
    """Write the encoder with int8 layers by `plan` and int8 embeddings per row to `path`.

    It is converted on its own, because equalization changes the weights.
    """
    from quantize.calibration import prepared_encoder
    from quantize.embedding import quantize_embeddings
    from quantize.fused_projections import fuse_projections
    from quantize.tflite_static import quantize_layers

    encoder = prepared_encoder(checkpoint, sequence_length, VARIANT, plan)
    plan = fuse_projections(encoder, plan.for_length(sequence_length))
    quantize_embeddings(encoder)
    convert_float(encoder, path)
    path.write_bytes(quantize_layers(path.read_bytes(), encoder, plan))
