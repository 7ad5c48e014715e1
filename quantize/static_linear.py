"""A linear layer with int8 weights whose input and output have fixed int8 ranges."""

import torch
import torch.nn.functional as F
from torch import nn

from quantize.static_plan import INT8_HIGHEST, INT8_LOWEST, LinearRanges, Range, StaticPlan
from quantize.weights import INT8_LIMIT, quantize_rows


class StaticLinear(nn.Module):
    """Linear layer: int8 weights per output channel, int8 input and output with calibrated ranges.

    The quantize and dequantize operators are written out, as in `quantize.dynamic_linear`: XNNPACK's partitioner
    recognises them, and in eager PyTorch they compute the same rounding in float32.

    Parameters
    ----------
    layer
        The float32 layer to quantize.
    ranges
        Of its input and its output.
    """

    values: torch.Tensor
    scales: torch.Tensor
    zero_points: torch.Tensor

    def __init__(self, layer: nn.Linear, ranges: LinearRanges) -> None:
        super().__init__()
        values, scales = quantize_rows(layer.weight)
        self.register_buffer("values", values)
        self.register_buffer("scales", scales)
        self.register_buffer("zero_points", torch.zeros_like(scales, dtype=torch.int64))
        self.bias = layer.bias
        self.ranges = ranges

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (rows, in) to (rows, out), float32."""
        # Importing this module registers the quantized_decomposed operators.
        import torch.ao.quantization.fx._decomposed

        weight = torch.ops.quantized_decomposed.dequantize_per_channel(
            self.values, self.scales, self.zero_points, 0, -INT8_LIMIT, INT8_LIMIT, torch.int8
        )
        return rounded(F.linear(rounded(hidden, self.ranges.input), weight, self.bias), self.ranges.output)


def rounded(values: torch.Tensor, carried: Range) -> torch.Tensor:
    """Quantize to int8 and back."""
    ops = torch.ops.quantized_decomposed
    scale, zero_point = carried.scale_and_zero_point()
    quantized = ops.quantize_per_tensor(values, scale, zero_point, INT8_LOWEST, INT8_HIGHEST, torch.int8)
    result: torch.Tensor = ops.dequantize_per_tensor(
        quantized, scale, zero_point, INT8_LOWEST, INT8_HIGHEST, torch.int8
    )
    return result


def quantize_linears(model: nn.Module, plan: StaticPlan, prefix: str = "") -> None:
    """Replace every linear layer of `model` that `plan` names by a `StaticLinear`, in place."""
    for name, child in model.named_children():
        path = f"{prefix}{name}"
        if isinstance(child, nn.Linear):
            if path in plan.linears:
                setattr(model, name, StaticLinear(child, plan.linears[path]))
        else:
            quantize_linears(child, plan, f"{path}.")
