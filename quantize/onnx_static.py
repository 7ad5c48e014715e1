"""int8-static for ONNX: linear layers in the types that onnxruntime multiplies in integers.

torch.onnx exports the quantized_decomposed operators as QuantizeLinear and DequantizeLinear, and onnxruntime makes each
Gemm between them one integer kernel, QGemm, if its bias is int32. Activations and weights are unsigned: on x86 without
VNNI the kernel of unsigned activations and signed weights adds pairs of products in 16 bits, which saturate, and that
of two signed tensors is missing. With two unsigned ones it adds in 32 bits, exactly, on every processor.
"""

import torch
import torch.nn.functional as F
from torch import nn

from quantize.integer_linear import quantize_linear
from quantize.static_plan import INT8_LOWEST, LinearRanges, Range, StaticPlan

INT32_LOWEST, INT32_HIGHEST = -(2**31), 2**31 - 1
UINT8_HIGHEST = 255

# int8 numbers and zero points moved by this are uint8 ones that stand for the same values.
SHIFT = -INT8_LOWEST


class UnsignedStaticLinear(nn.Module):
    """`quantize.static_linear.StaticLinear` with uint8 weights, input and output, and an int32 bias.

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
    bias: torch.Tensor
    bias_scales: torch.Tensor
    bias_zero_points: torch.Tensor

    def __init__(self, layer: nn.Linear, ranges: LinearRanges) -> None:
        super().__init__()
        integers = quantize_linear(layer.weight.numpy(), layer.bias.numpy(), ranges)
        scales = torch.from_numpy(integers.scales)
        self.register_buffer("values", (torch.from_numpy(integers.values).to(torch.int16) + SHIFT).to(torch.uint8))
        self.register_buffer("scales", scales)
        self.register_buffer("zero_points", torch.full_like(scales, SHIFT, dtype=torch.int64))
        self.register_buffer("bias", torch.from_numpy(integers.bias))
        self.register_buffer("bias_scales", torch.from_numpy(integers.bias_scales))
        self.register_buffer("bias_zero_points", torch.zeros_like(scales, dtype=torch.int64))
        self.ranges = ranges

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (rows, in) to (rows, out), float32."""
        dequantize = torch.ops.quantized_decomposed.dequantize_per_channel
        weight = dequantize(self.values, self.scales, self.zero_points, 0, 0, UINT8_HIGHEST, torch.uint8)
        bias = dequantize(
            self.bias, self.bias_scales, self.bias_zero_points, 0, INT32_LOWEST, INT32_HIGHEST, torch.int32
        )
        return rounded(F.linear(rounded(hidden, self.ranges.input), weight, bias), self.ranges.output)


def rounded(values: torch.Tensor, carried: Range) -> torch.Tensor:
    """Quantize to uint8 and back."""
    ops = torch.ops.quantized_decomposed
    scale, zero_point = carried.scale_and_zero_point()
    unsigned = (scale, zero_point + SHIFT, 0, UINT8_HIGHEST, torch.uint8)
    result: torch.Tensor = ops.dequantize_per_tensor(ops.quantize_per_tensor(values, *unsigned), *unsigned)
    return result


def quantize_linears(model: nn.Module, plan: StaticPlan) -> None:
    """Replace every linear layer of `model` that `plan` names by an `UnsignedStaticLinear`, in place."""
    # Importing this module registers the quantized_decomposed operators; torch.onnx looks for them before it runs any.
    import torch.ao.quantization.fx._decomposed  # noqa: F401

    for name, ranges in plan.linears.items():
        layer = model.get_submodule(name)
        assert isinstance(layer, nn.Linear)
        model.set_submodule(name, UnsignedStaticLinear(layer, ranges))
