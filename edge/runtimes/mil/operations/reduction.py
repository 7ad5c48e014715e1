"""Reductions over axes; float32 values are summed in float32."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array


def _over_axes(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Array, axes: Array | None = None, keep_dims: Any = False) -> Any:
        over = None if axes is None else tuple(map(int, axes))
        return function(x, axis=over, keepdims=bool(keep_dims))

    return reduce


def _index_along(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Array, axis: Any = -1, keep_dims: Any = False, output_dtype: str = "int32") -> Any:
        return function(x, axis=int(axis), keepdims=bool(keep_dims)).astype(output_dtype)

    return reduce


def _sum(x: Array, axis: Any, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def _l1_norm(x: Array, axis: Any, keepdims: bool) -> Any:
    return _sum(np.abs(x), axis, keepdims)


def _l2_norm(x: Array, axis: Any, keepdims: bool) -> Any:
    return np.sqrt(_sum_square(x, axis, keepdims))


def _sum_square(x: Array, axis: Any, keepdims: bool) -> Any:
    return _sum(np.square(x), axis, keepdims)


def _log_sum(x: Array, axis: Any, keepdims: bool) -> Any:
    return np.log(_sum(x, axis, keepdims))


def _log_sum_exp(x: Array, axis: Any, keepdims: bool) -> Any:
    largest = np.max(x, axis=axis, keepdims=True)
    total = np.log(_sum(np.exp(x - largest), axis, True)) + largest
    return total if keepdims else np.squeeze(total, axis=axis)


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "reduce_argmax": _index_along(np.argmax),
        "reduce_argmin": _index_along(np.argmin),
        "reduce_l1_norm": _over_axes(_l1_norm),
        "reduce_l2_norm": _over_axes(_l2_norm),
        "reduce_log_sum": _over_axes(_log_sum),
        "reduce_log_sum_exp": _over_axes(_log_sum_exp),
        "reduce_max": _over_axes(np.max),
        "reduce_mean": _over_axes(np.mean),
        "reduce_min": _over_axes(np.min),
        "reduce_prod": _over_axes(np.prod),
        "reduce_sum": _over_axes(_sum),
        "reduce_sum_square": _over_axes(_sum_square),
    }
)
