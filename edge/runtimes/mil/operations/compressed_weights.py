"""The constexpr operations: weights that are stored quantised, as a lookup table, or sparse.

MIL has two generations of them under the same names: iOS 16 packs bits into bytes and gives the shape beside them;
iOS 18 declares narrow integers, which coremltools unpacks while it loads the program.
"""

from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.operations.elementwise import cast
from edge.runtimes.mil.operations.quantization import dequantize


def constexpr_affine_dequantize(quantized_data: Array, zero_point: Array, scale: Array, axis: Any) -> Array:
    """Return scale * (data - zero_point), per tensor or per index of `axis`."""
    return dequantize(quantized_data, scale, zero_point, axis)


def constexpr_blockwise_shift_scale(data: Array, scale: Array, offset: Array | None = None) -> Array:
    """Return scale * (data - offset), one scale for each block; the blocks divide the data evenly."""
    steps = data.astype(np.float32)
    if offset is not None:
        steps -= _repeated(offset, data.shape).astype(np.float32)
    steps *= _repeated(scale, data.shape)
    return steps


def constexpr_lut_to_dense(
    indices: Array, lut: Array, shape: Array | None = None, vector_axis: Array | None = None
) -> Array:
    """Look weights up: lut [K] and packed indices with a shape (iOS 16), or lut [blocks..., K, V] (iOS 18)."""
    if shape is not None:
        bits = lut.size.bit_length() - 1
        count = prod(map(int, shape))
        unpacked = np.unpackbits(indices, bitorder="little")[: bits * count].reshape(count, bits)
        return lut[unpacked @ (1 << np.arange(bits))].reshape(tuple(map(int, shape)))
    # Every element picks a row of its block's table: a vector of V weights, laid out along `vector_axis`.
    tables = _repeated(lut, (*indices.shape, *lut.shape[-2:]))
    picked = np.take_along_axis(tables, indices.astype(np.int64)[..., None, None], axis=-2)[..., 0, :]
    if lut.shape[-1] == 1:
        return picked[..., 0]
    along = int(vector_axis if vector_axis is not None else -1) % indices.ndim
    spread = np.moveaxis(picked, -1, along + 1)
    return spread.reshape(*indices.shape[:along], -1, *indices.shape[along + 1 :])


def constexpr_sparse_to_dense(nonzero_data: Array, mask: Array, shape: Array | None = None) -> Array:
    """Spread values over the set bits of a mask: packed with a shape (iOS 16), or in the weight's shape (iOS 18)."""
    if shape is None:
        dense = mask.astype(np.bool_)
    else:
        sizes = tuple(map(int, shape))
        dense = np.unpackbits(mask, bitorder="little")[: prod(sizes)].astype(np.bool_).reshape(sizes)
    result = np.zeros(dense.shape, nonzero_data.dtype)
    result[dense] = nonzero_data
    return result


def constexpr_cast(source_val: Array, output_dtype: str) -> Array:
    """Return the stored weight in another dtype."""
    return cast(source_val, output_dtype)


def _repeated(blocks: Array, shape: tuple[int, ...]) -> Array:
    result = blocks
    for axis, size in enumerate(shape):
        if result.shape[axis] != size:
            result = np.repeat(result, size // result.shape[axis], axis=axis)
    return result


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "constexpr_affine_dequantize": constexpr_affine_dequantize,
        "constexpr_blockwise_shift_scale": constexpr_blockwise_shift_scale,
        "constexpr_cast": constexpr_cast,
        "constexpr_lut_to_dense": constexpr_lut_to_dense,
        "constexpr_sparse_to_dense": constexpr_sparse_to_dense,
    }
)
