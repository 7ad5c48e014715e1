"""What a linear layer stores whose sums, bias included, are int32."""

from dataclasses import dataclass

import numpy as np

from quantize.static_plan import LinearRanges
from quantize.weights import INT8_LIMIT

# The largest bias in steps of the sum; the products need the rest of int32.
LARGEST_BIAS = 2**30

# The largest factor from sums to outputs that is sure to pass: XNNPACK refuses 256. It makes any sum but 0 saturate.
LARGEST_FACTOR = 128


@dataclass(frozen=True)
class IntegerLinear:
    """An int8 linear layer's constants.

    Attributes
    ----------
    values
        Shape (out, in), int8.
    scales
        Shape (out,), float32; ``values * scales`` is the weight.
    bias
        Shape (out,), int32.
    bias_scales
        Shape (out,), float32: input scale * `scales`, the steps of the sum.
    """

    values: np.ndarray
    scales: np.ndarray
    bias: np.ndarray
    bias_scales: np.ndarray


def quantize_linear(weight: np.ndarray, bias: np.ndarray, ranges: LinearRanges) -> IntegerLinear:
    """Quantize a linear layer for integer arithmetic.

    The scales are those of `quantize.weights.quantize_rows`, except in rows whose bias, or whose factor from sums to
    outputs, could not be represented: these rows get the nearest scale with which both can.

    Parameters
    ----------
    weight
        Shape (out, in), float32.
    bias
        Shape (out,), float32.
    """
    input_scale, output_scale = (side.scale_and_zero_point()[0] for side in (ranges.input, ranges.output))
    smallest = np.maximum(np.abs(bias), output_scale) / (input_scale * LARGEST_BIAS)
    largest = np.float32(LARGEST_FACTOR * output_scale / input_scale)
    scales = np.maximum(np.abs(weight).max(axis=1) / np.float32(INT8_LIMIT), smallest.astype(np.float32))
    scales = np.minimum(scales, largest)
    values = np.clip(np.round(weight / scales[:, np.newaxis]), -INT8_LIMIT, INT8_LIMIT).astype(np.int8)
    bias_scales = np.float32(input_scale) * scales
    steps = np.clip(np.round(bias.astype(np.float64) / bias_scales), -LARGEST_BIAS, LARGEST_BIAS).astype(np.int32)
    return IntegerLinear(values, scales, steps, bias_scales)
