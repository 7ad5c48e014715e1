"""Quantisation of activations, to int8 or uint8 and back."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array


def quantize(input: Array, scale: Array, output_dtype: str, zero_point: Array | None = None, axis: Any = None) -> Array:
    """Return round(input / scale) + zero_point, ties to even, saturated at the ends of the dtype."""
    limits = np.iinfo(output_dtype)
    steps = np.round(input / _along(scale, input, axis))
    if zero_point is not None:
        steps += _along(zero_point, input, axis).astype(np.float32)
    return np.clip(steps, limits.min, limits.max).astype(output_dtype)


def dequantize(input: Array, scale: Array, zero_point: Array | None = None, axis: Any = None) -> Array:
    """Return scale * (input - zero_point), with one scale or one for each index of `axis`."""
    steps = input.astype(np.float32)
    if zero_point is not None:
        steps -= _along(zero_point, input, axis).astype(np.float32)
    steps *= _along(scale, input, axis)
    return steps


def _along(parameter: Array, data: Array, axis: Any) -> Array:
    if parameter.ndim == 0 or axis is None:
        return parameter
    shape = [1] * data.ndim
    shape[int(axis)] = -1
    return parameter.reshape(shape)


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType({"dequantize": dequantize, "quantize": quantize})
