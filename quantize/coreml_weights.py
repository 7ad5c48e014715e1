"""How Core ML stores a layer's weights in fewer bits, by the number type that a recipe names."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from quantize.int4_blocks import quantize_blocks
from quantize.palettes import SIZE, palettize
from quantize.weights import quantize_rows


def int8_rows(name: str, weight: np.ndarray, before: Any) -> Any:
    """Return a variable with the values of `weight`, stored as int8 with one scale for each output channel."""
    import coremltools
    from coremltools.converters.mil import Builder

    values, scales = (part.numpy() for part in quantize_rows(torch.from_numpy(_rows(weight))))
    data, known = values.reshape(weight.shape), {"name": f"{name}_int8", "before_op": before}
    if before.enclosing_block.opset_version >= coremltools.target.iOS18:
        # The same by the operation that replaces the older one from iOS 18 on.
        return Builder.constexpr_blockwise_shift_scale(data=data, scale=_over(scales, weight), **known)
    zero_point = np.zeros(len(scales), np.int8)
    return Builder.constexpr_affine_dequantize(
        quantized_data=data, zero_point=zero_point, scale=scales, axis=0, **known
    )


def int4_blocks(name: str, weight: np.ndarray, before: Any) -> Any:
    """Return a variable with the values of `weight`, stored as int4 with one scale for each block of inputs."""
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    values, scales = quantize_blocks(_rows(weight))
    return Builder.constexpr_blockwise_shift_scale(
        data=values.reshape(weight.shape).astype(types.nptype_from_builtin(types.int4)),
        scale=_over(scales, weight),
        name=f"{name}_int4",
        before_op=before,
    )


def palettes(name: str, weight: np.ndarray, before: Any) -> Any:
    """Return a variable with the values of `weight`, stored as 6-bit indices into tables for groups of outputs."""
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    indices, tables = palettize(_rows(weight))
    return Builder.constexpr_lut_to_dense(
        indices=indices.reshape(weight.shape).astype(types.nptype_from_builtin(types.uint6)),
        # One table for each group of outputs, of 64 vectors of one weight.
        lut=tables.reshape(len(tables), *(1,) * (weight.ndim - 1), SIZE, 1),
        name=f"{name}_palettes",
        before_op=before,
    )


def _rows(weight: np.ndarray) -> np.ndarray:
    """Return a matrix with one row for each output channel."""
    return weight.reshape(len(weight), -1)


def _over(scales: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return scales of shape (rows,) or (rows, blocks) with as many axes as `weight`: one each for its blocks."""
    blocks = scales.reshape(len(weight), -1)
    return blocks.reshape(*blocks.shape, *(1,) * (weight.ndim - 2))


# Each takes the parameter's name, the weight, shape (out, in / groups, ...), float32, and the operation in front of
# which the new one is put. A number type that is not here is left to the cast of the whole program.
STORED_FORMS: Mapping[str, Callable[[str, np.ndarray, Any], Any]] = MappingProxyType(
    {"int8": int8_rows, "int4": int4_blocks, "palette6": palettes}
)
