"""Activations through int8 in a Core ML program: pairs of quantize and dequantize operations (iOS 17)."""

from typing import Any

import numpy as np

from quantize.float16_scale import SMALLEST_SCALE
from quantize.static_plan import Range


def rounded(variable: Any, carried: Range, name: str, before: Any) -> Any:
    """Return a variable with the values of `variable` after a way through int8.

    Parameters
    ----------
    variable
        Float.
    carried
        What int8 reaches.
    name
        Of the new variable.
    before
        The operation in front of which the pair is put.
    """
    from coremltools.converters.mil import Builder

    scale, zero_point = carried.scale_and_zero_point()
    parameters = {"scale": np.float32(max(scale, SMALLEST_SCALE)), "zero_point": np.int8(zero_point)}
    quantized = Builder.quantize(
        input=variable, **parameters, output_dtype="int8", name=f"{name}_int8", before_op=before
    )
    return Builder.dequantize(input=quantized, **parameters, name=name, before_op=before)
