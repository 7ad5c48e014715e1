"""A linear layer with int8 weights whose input is quantized while it runs."""

import torch
import torch.nn.functional as F
from torch import nn

from quantize.weights import INT8_LIMIT, quantize_rows


class DynamicLinear(nn.Module):
    """Linear layer: int8 weights per output channel, int8 activations per row with ranges found at run time.

    The quantize and dequantize operators are written out. XNNPACK's partitioner recognises this pattern and runs the
    product in int8; in eager PyTorch the same operators compute the same rounding in float32. Writing them directly
    takes no calibration pass and no graph rewriting, which PT2E spends minutes on.

    Parameters
    ----------
    layer
        The float32 layer to quantize.
    """

    values: torch.Tensor
    scales: torch.Tensor
    zero_points: torch.Tensor

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        values, scales = quantize_rows(layer.weight)
        self.register_buffer("values", values)
        self.register_buffer("scales", scales)
        self.register_buffer("zero_points", torch.zeros_like(scales, dtype=torch.int64))
        self.bias = layer.bias

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (rows, in) to (rows, out), float32."""
        # Importing this module registers the quantized_decomposed operators.
        import torch.ao.quantization.fx._decomposed

        ops = torch.ops.quantized_decomposed
        scale, zero_point = ops.choose_qparams_per_token_asymmetric(hidden, torch.int8)
        quantized = ops.quantize_per_token(hidden, scale, zero_point, -128, 127, torch.int8)
        activation = ops.dequantize_per_token(quantized, scale, zero_point, -128, 127, torch.int8, torch.float32)
        weight = ops.dequantize_per_channel(
            self.values, self.scales, self.zero_points, 0, -INT8_LIMIT, INT8_LIMIT, torch.int8
        )
        return F.linear(activation, weight, self.bias)


def quantize_linears(model: nn.Module) -> None:
    """Replace every linear layer inside `model` by a `DynamicLinear`, in place."""
    for name, child in model.named_children():
        if isinstance(child, nn.Linear):
            setattr(model, name, DynamicLinear(child))
        else:
            quantize_linears(child)
