"""ONNX: export by torch.onnx, and this project's own int8 in the module before or in the graph after it."""

import warnings
from typing import TYPE_CHECKING, Any

import torch

from converters.artifact_name import artifact_path
from converters.conversion import Request
from converters.description import describe_artifact
from converters.onnx_interface import fix_shapes
from converters.onnx_metadata import describe_model
from edge.artifact import Artifact
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.batched import BatchedEncoder
from quantize import Recipe

if TYPE_CHECKING:
    import onnx

VARIANT = EncoderVariant(layer_norm="native")

# Opset 20 has Gelu as one operator.
OPSET = 20


def convert(request: Request) -> list[Artifact]:
    """Write one .onnx for each recipe; see `converters.convert`."""
    return [_convert_one(request, recipe) for recipe in request.recipes]


def _convert_one(request: Request, recipe: Recipe) -> Artifact:
    from quantize import onnx_dynamic, onnx_static
    from quantize.calibration import prepared_encoder
    from quantize.embedding import quantize_embeddings

    if recipe.activations == "int8-calibrated":
        plan = request.plans[recipe.name]
        encoder = prepared_encoder(request.checkpoint, request.sequence_length, VARIANT, plan)
        onnx_static.quantize_linears(encoder, plan)
    else:
        encoder = Encoder(request.checkpoint, request.sequence_length, VARIANT)
    if recipe.embeddings == "int8":
        quantize_embeddings(encoder)
    batched = BatchedEncoder(encoder)
    model = export(batched, batched.dynamic_shapes())
    if recipe.activations == "int8-runtime":
        model = onnx_dynamic.quantize_linears(model)
    fix_shapes(model, request.sequence_length, encoder.output_names)
    describe_model(model, request.checkpoint, recipe, request.sequence_lengths)
    path = artifact_path(request.backend, recipe.name, request.sequence_lengths, request.directory)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return describe_artifact(request, recipe, [encoder], path)


def export(
    encoder: Encoder | BatchedEncoder, dynamic_shapes: tuple[dict[int, Any], ...] | None = None
) -> "onnx.ModelProto":
    """Return the encoder as an ONNX model without the exporter's notes, which hold paths of this machine.

    Parameters
    ----------
    encoder
        Has `input_names`, `output_names` and `example_inputs`.
    dynamic_shapes
        The free axes of each input; None fixes all to the example's.
    """
    with warnings.catch_warnings(), torch.no_grad():
        # That inputs share their free axes is meant.
        warnings.filterwarnings("ignore", message=".*will not be used, since it shares the same shape constraints")
        program = torch.onnx.export(
            encoder,
            encoder.example_inputs(),
            None,
            input_names=list(encoder.input_names),
            output_names=list(encoder.output_names),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
            dynamic_shapes=dynamic_shapes,
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
