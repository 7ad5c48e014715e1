"""Normalisations."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array


def layer_norm(
    x: Array, axes: Array | None = None, gamma: Array | None = None, beta: Array | None = None, epsilon: Any = 1e-5
) -> Array:
    """Normalise over `axes` (all by default); gamma and beta have the shape of these axes."""
    over = tuple(range(x.ndim)) if axes is None else tuple(int(axis) % x.ndim for axis in axes)
    centred = x - x.mean(axis=over, keepdims=True)
    variance = np.square(centred).mean(axis=over, keepdims=True)
    centred /= np.sqrt(variance + np.float32(epsilon))
    along = [size if axis in over else 1 for axis, size in enumerate(x.shape)]
    return _scaled(centred, gamma, beta, along)


def batch_norm(
    x: Array,
    mean: Array,
    variance: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    epsilon: Any = 1e-5,
) -> Array:
    """Normalise the channels of x [N, C, ...] with given statistics [C]."""
    channels = [1, -1, *[1] * (x.ndim - 2)]
    centred = x - mean.reshape(channels)
    centred /= np.sqrt(variance.reshape(channels) + np.float32(epsilon))
    return _scaled(centred, gamma, beta, channels)


def instance_norm(x: Array, gamma: Array | None = None, beta: Array | None = None, epsilon: Any = 1e-5) -> Array:
    """Normalise each channel of each instance of x [N, C, ...] over its spatial dimensions."""
    normalised = layer_norm(x, np.arange(2, x.ndim), epsilon=epsilon)
    return _scaled(normalised, gamma, beta, [1, -1, *[1] * (x.ndim - 2)])


def l2_norm(x: Array, epsilon: Any = 1e-6) -> Array:
    """Divide by the Euclidean length over the last three dimensions."""
    length: Array = np.sqrt(np.square(x).sum(axis=(-3, -2, -1), keepdims=True) + np.float32(epsilon))
    return x / length


def _scaled(x: Array, gamma: Array | None, beta: Array | None, shape: list[int]) -> Array:
    scaled = x if gamma is None else x * gamma.reshape(shape)
    return scaled if beta is None else scaled + beta.reshape(shape)


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"batch_norm": batch_norm, "instance_norm": instance_norm, "l2_norm": l2_norm, "layer_norm": layer_norm}
)
