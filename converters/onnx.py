"""ONNX: export by torch.onnx, and this project's own int8 in the module before or in the graph after it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from converters.description import describe_artifact
from converters.format import artifact_path
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from quantize import Recipe, StaticPlan

if TYPE_CHECKING:
    import onnx

VARIANT = EncoderVariant(layer_norm="native")

# Opset 20 has Gelu as one operator.
OPSET = 20


def convert(
    checkpoint: Checkpoint,
    recipes: tuple[Recipe, ...],
    sequence_length: int,
    directory: Path,
    plans: Mapping[str, StaticPlan],
) -> list[Artifact]:
    """Write one .onnx for each recipe; see `converters.convert`."""
    return [_convert_one(checkpoint, recipe, sequence_length, directory, plans) for recipe in recipes]


def _convert_one(
    checkpoint: Checkpoint, recipe: Recipe, sequence_length: int, directory: Path, plans: Mapping[str, StaticPlan]
) -> Artifact:
    from quantize import onnx_dynamic, onnx_static
    from quantize.calibration import prepared_encoder
    from quantize.embedding import quantize_embeddings

    if recipe.activations == "int8-calibrated":
        plan = plans[recipe.name]
        encoder = prepared_encoder(checkpoint, sequence_length, VARIANT, plan)
        onnx_static.quantize_linears(encoder, plan)
    else:
        encoder = Encoder(checkpoint, sequence_length, VARIANT)
    if recipe.embeddings == "int8":
        quantize_embeddings(encoder)
    model = export(encoder)
    if recipe.activations == "int8-runtime":
        model = onnx_dynamic.quantize_linears(model)
    path = artifact_path("onnx", recipe, sequence_length, directory)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return describe_artifact("onnx", recipe, encoder, path)


def export(encoder: Encoder) -> "onnx.ModelProto":
    """Return the encoder as an ONNX model without the exporter's notes, which hold paths of this machine."""
    with torch.no_grad():
        program = torch.onnx.export(
            encoder,
            encoder.example_inputs(),
            None,
            input_names=list(encoder.input_names),
            output_names=list(encoder.output_names),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    del model.metadata_props[:]
    # Shapes between the nodes are inferred again by whoever needs them; stale ones stop the quantizer.
    del model.graph.value_info[:]
    for item in (model.graph, *model.graph.node, *model.graph.initializer):
        del item.metadata_props[:]
        item.doc_string = ""
    return model
