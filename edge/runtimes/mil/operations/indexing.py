"""Operations that pick elements: slices, gathers and selection."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array


def slice_by_index(
    x: Array,
    begin: Array,
    end: Array,
    stride: Array | None = None,
    begin_mask: Array | None = None,
    end_mask: Array | None = None,
    squeeze_mask: Array | None = None,
) -> Array:
    """Slice every dimension from begin to end.

    A mask that is set at a dimension ignores its begin, ignores its end, or takes only begin and drops the dimension.
    """
    picked: list[slice | int] = []
    for axis in range(x.ndim):
        if _is_set(squeeze_mask, axis):
            picked.append(0 if _is_set(begin_mask, axis) else int(begin[axis]))
            continue
        first = None if _is_set(begin_mask, axis) else int(begin[axis])
        last = None if _is_set(end_mask, axis) else int(end[axis])
        picked.append(slice(first, last, 1 if stride is None else int(stride[axis])))
    return np.asarray(x[tuple(picked)])


def slice_by_size(x: Array, begin: Array, size: Array) -> Array:
    """Slice every dimension from begin by size; -1 takes all that is left."""
    picked = []
    for length, first, count in zip(x.shape, begin.tolist(), size.tolist(), strict=True):
        start = first + length if first < 0 else first
        picked.append(slice(start, length if count == -1 else start + count))
    return np.asarray(x[tuple(picked)])


def gather(x: Array, indices: Array, axis: Any = 0, batch_dims: Any = 0, validate_indices: Any = False) -> Array:
    """Take slices of x along one axis; the first `batch_dims` dimensions of x and indices go together."""
    batch = int(batch_dims)
    along = int(axis) % x.ndim
    if batch == 0:
        return np.take(x, indices, axis=along)
    shared = x.shape[:batch]
    rows = x.reshape(-1, *x.shape[batch:])
    picks = indices.reshape(-1, *indices.shape[batch:])
    taken = [np.take(row, pick, axis=along - batch) for row, pick in zip(rows, picks, strict=True)]
    return np.stack(taken).reshape(*shared, *taken[0].shape)


def gather_along_axis(x: Array, indices: Array, axis: Any = 0, validate_indices: Any = False) -> Array:
    """Take single elements of x along one axis."""
    return np.take_along_axis(x, indices.astype(np.int64), axis=int(axis))


def gather_nd(x: Array, indices: Array, batch_dims: Any = 0, validate_indices: Any = False) -> Array:
    """Take slices of x by tuples of indices, which lie in the last dimension of `indices`."""
    batch = int(batch_dims)
    if batch == 0:
        return np.asarray(x[tuple(np.moveaxis(indices, -1, 0))])
    shared = x.shape[:batch]
    rows = x.reshape(-1, *x.shape[batch:])
    picks = indices.reshape(-1, *indices.shape[batch:])
    taken = [gather_nd(row, pick) for row, pick in zip(rows, picks, strict=True)]
    return np.stack(taken).reshape(*shared, *taken[0].shape)


def select(cond: Array, a: Array, b: Array) -> Array:
    """Return a where cond holds, else b."""
    return np.where(cond, a, b)


def _is_set(mask: Array | None, axis: int) -> bool:
    return mask is not None and bool(mask[axis])


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "gather": gather,
        "gather_along_axis": gather_along_axis,
        "gather_nd": gather_nd,
        "select": select,
        "slice_by_index": slice_by_index,
        "slice_by_size": slice_by_size,
    }
)
