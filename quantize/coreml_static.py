"""int8 for Core ML, written into the float32 program before coremltools optimises it and casts it to float16.

coremltools' own quantizers come after that. The one for weights rounds values that float16 has rounded before, which
moves one in fifty by a step. The one for activations measures ranges of its own by Core ML's predictions, which only
macOS has.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from edge.errors import ConversionError
from quantize.static_plan import LinearRanges, Range, StaticPlan
from quantize.weights import quantize_rows

# float16's smallest normal number. Smaller ones have fewer digits, and an accelerator may take them for zero.
SMALLEST_SCALE = 2.0**-14


def quantize_program(program: Any, encoder: nn.Module, plan: StaticPlan | None) -> None:
    """Quantize weights, and the inputs and outputs of linear layers, in place.

    Parameters
    ----------
    program
        coremltools' MIL program of `encoder`, float32, as its frontend wrote it: constants have the parameters' names.
    encoder
        What the program was made from: `quantize.calibration.prepared_encoder` of the plan.
    plan
        A linear layer that it names gets int8 weights, input and output, any other stays float. None: all linear
        layers get int8 weights and keep float inputs and outputs.

    Raises
    ------
    ConversionError
        If a layer that has to be quantized is not in the program.
    """
    layers = {
        f"{name}.weight": (module.weight, plan.linears[name] if plan and name in plan.linears else None)
        for name, module in encoder.named_modules()
        if isinstance(module, nn.Embedding)
        or (isinstance(module, nn.Linear) and (plan is None or name in plan.linears))
    }
    for operation in list(program.functions["main"].operations):
        table = {"linear": "weight", "gather": "x"}.get(operation.op_type)
        if table is not None and (name := operation.inputs[table].name) in layers:
            weight, ranges = layers.pop(name)
            _quantize_operation(operation, table, weight, ranges)
    if layers:
        raise ConversionError(f"coremltools wrote no operation that reads {next(iter(layers))}; use coremltools 9")


def _quantize_operation(operation: Any, table: str, weight: torch.Tensor, ranges: LinearRanges | None) -> None:
    """Put an operation in the place of `operation` that reads its `table` from int8, and rounds to `ranges`."""
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil.scope import ScopeInfo

    block, result = operation.enclosing_block, operation.outputs[0]
    arguments = {name: value for name, value in operation.inputs.items() if value is not None}
    # coremltools refuses operations that do not say which module they come from.
    with block, Builder.scope(*(ScopeInfo(source, data) for source, data in operation.scopes.items())):
        arguments[table] = _int8_constant(operation.inputs[table].name, weight, operation)
        if ranges is not None:
            arguments["x"] = _rounded(arguments["x"], ranges.input, f"{operation.name}_input", operation)
        made = getattr(Builder, operation.op_type)(**arguments, name=operation.name, before_op=operation)
        if ranges is not None:
            made = _rounded(made, ranges.output, f"{operation.name}_output", operation)
    # The program's outputs are known by the names of their variables.
    made.name = result.name
    block.replace_uses_of_var_after_op(anchor_op=operation, old_var=result, new_var=made)
    block.remove_ops([operation])


def _int8_constant(name: str, weight: torch.Tensor, before: Any) -> Any:
    """Return a variable with the values of `weight`, shape (rows, columns), that are stored as int8 rows."""
    from coremltools.converters.mil import Builder

    values, scales = quantize_rows(weight)
    return Builder.constexpr_affine_dequantize(
        quantized_data=values.numpy(),
        zero_point=np.zeros(len(scales), np.int8),
        scale=scales.numpy(),
        axis=0,
        name=f"{name}_int8",
        before_op=before,
    )


def _rounded(variable: Any, carried: Range, name: str, before: Any) -> Any:
    """Return a variable with the values of `variable` after a way through int8."""
    from coremltools.converters.mil import Builder

    scale, zero_point = carried.scale_and_zero_point()
    parameters = {"scale": np.float32(max(scale, SMALLEST_SCALE)), "zero_point": np.int8(zero_point)}
    quantized = Builder.quantize(
        input=variable, **parameters, output_dtype="int8", name=f"{name}_int8", before_op=before
    )
    return Builder.dequantize(input=quantized, **parameters, name=name, before_op=before)
