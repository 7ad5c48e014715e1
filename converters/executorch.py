"""ExecuTorch: export, lowering to XNNPACK, serialization.

A file of int32 inputs takes one length, padded, which is what this project's apps hand over. A file of int64 inputs is
for other loaders, which hand over the tokens of a text and no padding: its length is dynamic.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from converters.artifact_name import artifact_path
from converters.conversion import Request
from converters.description import describe_artifact
from converters.executorch_metadata import constant_methods
from edge.artifact import Artifact
from edge.encoder import Encoder, EncoderVariant
from quantize import Recipe

# With it everything but the lookups runs in one delegate; docs/design.md says more.
VARIANT = EncoderVariant(layer_norm="products", fused_projections=True)


def convert(request: Request) -> list[Artifact]:
    """Write one .pte for each recipe; see `converters.convert`."""
    return [_convert_one(request, recipe) for recipe in request.recipes]


def _convert_one(request: Request, recipe: Recipe) -> Artifact:
    from quantize import dynamic_linear, static_linear
    from quantize.calibration import prepared_encoder
    from quantize.embedding import DelegatedEmbedding, quantize_embeddings
    from quantize.fused_projections import fuse_projections

    if recipe.activations == "int8-calibrated":
        plan = request.plans[recipe.name]
        encoder = prepared_encoder(request.checkpoint, request.sequence_length, VARIANT, plan)
        static_linear.quantize_linears(encoder, fuse_projections(encoder, plan))
    else:
        encoder = Encoder(request.checkpoint, request.sequence_length, VARIANT)
    if recipe.activations == "int8-runtime":
        dynamic_linear.quantize_linears(encoder)
    if recipe.embeddings == "int8":
        quantize_embeddings(encoder, DelegatedEmbedding)
    dynamic = request.options.input_dtype == "int64"
    program = export_dynamic(encoder) if dynamic else export_fixed(encoder)
    path = artifact_path(request.backend, recipe.name, request.sequence_lengths, request.directory)
    write_lowered(program, path, constant_methods(request.checkpoint, encoder, program if dynamic else None))
    return describe_artifact(request, recipe, [encoder], path)


def export_fixed(encoder: Encoder) -> torch.export.ExportedProgram:
    """Export `encoder` with int32 inputs of its length."""
    with torch.no_grad():
        return torch.export.export(encoder, encoder.example_inputs(), strict=False)


def export_dynamic(encoder: Encoder) -> torch.export.ExportedProgram:
    """Export `encoder` with int64 inputs of 1 to its length of tokens."""
    inputs = encoder.example_inputs(torch.int64)
    tokens = torch.export.Dim("tokens", min=1, max=encoder.sequence_length)
    with torch.no_grad():
        return torch.export.export(encoder, inputs, dynamic_shapes=tuple({1: tokens} for _ in inputs), strict=False)


def write_lowered(
    program: torch.export.ExportedProgram, path: Path, constant_methods: Mapping[str, Any] | None = None
) -> None:
    """Lower an exported program to XNNPACK and write it to `path`, with methods that return the given constants."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower

    with torch.no_grad():
        # The quantized_decomposed operators are outside the edge dialect until the partitioner has taken them.
        edge_program = to_edge_transform_and_lower(
            program,
            partitioner=[XnnpackPartitioner()],
            compile_config=EdgeCompileConfig(_check_ir_validity=False),
            constant_methods=None if constant_methods is None else dict(constant_methods),
        )
    with path.open("wb") as file:
        edge_program.to_executorch().write_to_file(file)
