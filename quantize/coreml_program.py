"""A recipe for Core ML, written into the float32 program before coremltools optimises it and casts it to float16.

coremltools' own quantizers come after that. The one for weights rounds values that float16 has rounded before, which
moves one in fifty by a step. The one for activations measures ranges of its own by Core ML's predictions, which only
macOS has.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from edge.errors import ConversionError
from quantize.coreml_activations import rounded
from quantize.coreml_weights import STORED_FORMS
from quantize.recipe import Recipe
from quantize.static_plan import LinearRanges, StaticPlan

# The operations that read a layer's weight, and by which parameter.
READERS = {"linear": "weight", "conv": "weight", "gather": "x"}


@dataclass(frozen=True)
class _Layer:
    weight: torch.Tensor
    stored_as: str
    ranges: LinearRanges | None


def quantize_program(program: Any, encoder: nn.Module, recipe: Recipe, plan: StaticPlan | None) -> None:
    """Store weights as the recipe says, and put inputs and outputs of linear layers through int8, in place.

    Parameters
    ----------
    program
        coremltools' MIL program of `encoder`, float32, as its frontend wrote it: constants have the parameters' names.
        int4 and palettes need one for iOS 18.
    encoder
        What the program was made from: `quantize.calibration.prepared_encoder` of the plan. Its linear layers are
        nn.Linear or nn.Conv2d of one position.
    recipe
        One of float weights changes nothing.
    plan
        A linear layer that it names gets the recipe's weights, and int8 input and output; any other stays float. None:
        all linear layers get the recipe's weights and keep float inputs and outputs.

    Raises
    ------
    ConversionError
        If a layer that has to be quantized is not in the program.
    """
    layers = _layers(encoder, recipe, plan)
    stored: dict[str, Any] = {}
    for operation in list(program.functions["main"].operations):
        parameter = READERS.get(operation.op_type)
        if parameter is not None and (name := operation.inputs[parameter].name) in layers:
            _replace(operation, parameter, name, layers[name], stored)
    if missing := [name for name in layers if name not in stored]:
        raise ConversionError(f"coremltools wrote no operation that reads {missing[0]}; use coremltools 9")


def _layers(encoder: nn.Module, recipe: Recipe, plan: StaticPlan | None) -> dict[str, _Layer]:
    """Return what is stored in fewer bits, by the name of the parameter."""
    layers = {}
    for name, module in encoder.named_modules():
        if isinstance(module, nn.Embedding):
            layers[f"{name}.weight"] = _Layer(module.weight, recipe.embeddings, None)
        elif isinstance(module, nn.Linear | nn.Conv2d) and (plan is None or name in plan.linears):
            stored_as = recipe.head if recipe.head and name.startswith("head.") else recipe.weights
            layers[f"{name}.weight"] = _Layer(module.weight, stored_as, plan.linears[name] if plan else None)
    return {name: layer for name, layer in layers.items() if layer.stored_as in STORED_FORMS}


def _replace(operation: Any, parameter: str, name: str, layer: _Layer, stored: dict[str, Any]) -> None:
    """Put an operation in the place of `operation` that reads the stored weight, and rounds to the layer's ranges.

    `stored` has the variables that were made, by `name`: several operations may read the same.
    """
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil.scope import ScopeInfo

    block, result = operation.enclosing_block, operation.outputs[0]
    arguments = {key: value for key, value in operation.inputs.items() if value is not None}
    # coremltools refuses operations that do not say which module they come from.
    with block, Builder.scope(*(ScopeInfo(source, data) for source, data in operation.scopes.items())):
        if name not in stored:
            stored[name] = STORED_FORMS[layer.stored_as](name, layer.weight.detach().numpy(), operation)
        arguments[parameter] = stored[name]
        if layer.ranges is not None:
            arguments["x"] = rounded(arguments["x"], layer.ranges.input, f"{operation.name}_input", operation)
        made = getattr(Builder, operation.op_type)(**arguments, name=operation.name, before_op=operation)
        if layer.ranges is not None:
            made = rounded(made, layer.ranges.output, f"{operation.name}_output", operation)
    # The program's outputs are known by the names of their variables.
    made.name = result.name
    block.replace_uses_of_var_after_op(anchor_op=operation, old_var=result, new_var=made)
    block.remove_ops([operation])
