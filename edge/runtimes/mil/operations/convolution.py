"""Convolution in one or more spatial dimensions."""

from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array


def conv(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    strides: Array | None = None,
    pad_type: str = "valid",
    pad: Array | None = None,
    dilations: Array | None = None,
    groups: Any = 1,
) -> Array:
    """Convolve x [N, C, spatial...] with weight [O, C / groups, kernel...] and add bias [O].

    Computed as one batched matrix product over the windows of x; for a kernel of one, the windows are x itself.
    """
    rank = x.ndim - 2
    group_count = int(groups)
    stride = [1] * rank if strides is None else strides.tolist()
    dilation = [1] * rank if dilations is None else dilations.tolist()
    extent = [(size - 1) * step + 1 for size, step in zip(weight.shape[2:], dilation, strict=True)]
    padding = _padding(pad_type, pad, x.shape[2:], extent, stride)
    padded = np.pad(x, [(0, 0), (0, 0), *padding]) if any(map(any, padding)) else x

    windows = np.lib.stride_tricks.sliding_window_view(padded, extent, axis=tuple(range(2, 2 + rank)))
    every = [slice(None), slice(None), *(slice(None, None, s) for s in (*stride, *dilation))]
    windows = windows[tuple(every)]
    batch, channels, *spatial = windows.shape[: 2 + rank]
    kernel_first = np.moveaxis(windows, range(2 + rank, 2 + 2 * rank), range(2, 2 + rank))
    columns = kernel_first.reshape(batch, group_count, channels // group_count * prod(weight.shape[2:]), prod(spatial))
    kernels = weight.reshape(group_count, weight.shape[0] // group_count, -1)
    result: Array = np.matmul(kernels, columns).reshape(batch, weight.shape[0], *spatial)
    if bias is not None:
        result += bias.reshape(-1, *[1] * rank)
    return result


def _padding(
    pad_type: str, pad: Array | None, sizes: tuple[int, ...], extent: list[int], stride: list[int]
) -> list[tuple[int, int]]:
    """Return what is added before and after each spatial dimension."""
    match pad_type:
        case "valid":
            return [(0, 0)] * len(sizes)
        case "custom":
            given = [0] * (2 * len(sizes)) if pad is None else pad.tolist()
            return list(zip(given[0::2], given[1::2], strict=True))
        case "same" | "same_lower":
            totals = [
                max((-(-size // step) - 1) * step + reach - size, 0)
                for size, reach, step in zip(sizes, extent, stride, strict=True)
            ]
            # An odd total puts the extra element after the data for "same", before it for "same_lower".
            pairs = [(total // 2, total - total // 2) for total in totals]
            return pairs if pad_type == "same" else [(after, before) for before, after in pairs]
    raise NotImplementedError(f"unknown pad_type {pad_type!r}")


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType({"conv": conv})
