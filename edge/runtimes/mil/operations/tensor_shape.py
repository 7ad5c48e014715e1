"""Operations that change a tensor's shape, or make a tensor from a shape."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array, held


def reshape(x: Array, shape: Array) -> Array:
    """Reshape; 0 keeps the size of that dimension of x, and one -1 takes what is left."""
    return x.reshape([x.shape[axis] if size == 0 else int(size) for axis, size in enumerate(shape)])


def transpose(x: Array, perm: Array) -> Array:
    """Permute the dimensions; the copy keeps later products and reductions on contiguous memory."""
    return np.ascontiguousarray(x.transpose(perm))


def expand_dims(x: Array, axes: Array) -> Array:
    """Insert dimensions of size one."""
    return np.expand_dims(x, tuple(map(int, axes)))


def squeeze(x: Array, axes: Array | None = None) -> Array:
    """Drop dimensions of size one: the given ones, or all."""
    return np.squeeze(x, None if axes is None else tuple(map(int, axes)))


def concat(values: tuple[Array, ...], axis: Any, interleave: Any = False) -> Array:
    """Join along one axis; interleaved, element i of every value comes before element i + 1 of any."""
    if interleave:
        before = values[0].shape[: int(axis) % values[0].ndim]
        after = values[0].shape[len(before) + 1 :]
        return np.stack(values, axis=len(before) + 1).reshape(*before, -1, *after)
    return np.concatenate([np.atleast_1d(value) for value in values], axis=int(axis))


def stack(values: tuple[Array, ...], axis: Any) -> Array:
    """Join along a new axis."""
    return np.stack(values, axis=int(axis))


def split(x: Array, axis: Any, num_splits: Any = None, split_sizes: Array | None = None) -> tuple[Array, ...]:
    """Cut along one axis into equal parts, or into parts of the given sizes."""
    cuts = int(num_splits) if split_sizes is None else np.cumsum(split_sizes)[:-1]
    return tuple(np.split(x, cuts, axis=int(axis)))


def tile(x: Array, reps: Array) -> Array:
    """Repeat x `reps` times along each dimension."""
    return np.tile(x, tuple(map(int, reps)))


def shape(x: Array) -> Array:
    """Return the shape of x as int32."""
    return np.array(x.shape, dtype=np.int32)


def fill(shape: Array, value: Any = 0.0) -> Array:
    """Return a tensor of one value."""
    return np.full(tuple(map(int, shape)), held(value))


def fill_like(ref_tensor: Array, value: Any = 0.0) -> Array:
    """Return a tensor of one value, in the shape of another."""
    return np.full(ref_tensor.shape, held(value))


def range_1d(start: Array, end: Array, step: Array) -> Array:
    """Return start, start + step, ... below end."""
    return np.arange(start.item(), end.item(), step.item(), dtype=start.dtype)


def reverse(x: Array, axes: Array | None = None) -> Array:
    """Reverse the order along the given axes, or along all."""
    return np.flip(x, None if axes is None else tuple(map(int, axes)))


def pad(x: Array, pad: Array, mode: str = "constant", constant_val: Any = 0) -> Array:
    """Pad the last dimensions of x by pairs of sizes before and after."""
    pairs = np.reshape(pad, (-1, 2)).tolist()
    widths = [(0, 0)] * (x.ndim - len(pairs)) + [(before, after) for before, after in pairs]
    match mode:
        case "constant":
            return np.pad(x, widths, constant_values=constant_val)
        case "reflect":
            return np.pad(x, widths, mode="reflect")
        case "replicate":
            return np.pad(x, widths, mode="edge")
    raise NotImplementedError(f"unknown mode {mode!r}")


def identity(x: Array) -> Array:
    """Return x itself."""
    return x


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "concat": concat,
        "expand_dims": expand_dims,
        "fill": fill,
        "fill_like": fill_like,
        "identity": identity,
        "pad": pad,
        "range_1d": range_1d,
        "reshape": reshape,
        "reverse": reverse,
        "shape": shape,
        "split": split,
        "squeeze": squeeze,
        "stack": stack,
        "tile": tile,
        "transpose": transpose,
    }
)
