"""Activation functions."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.operations.error_function import erf

# Python's floats are weak in numpy's promotion: float32 arrays stay float32.
_SQRT_HALF = math.sqrt(0.5)
_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def gelu(x: Array, mode: str = "EXACT") -> Array:
    """Return the GELU, exact or in one of MIL's two approximations."""
    share: Array
    match mode:
        case "EXACT":
            share = 0.5 * (1 + erf(x * _SQRT_HALF))
        case "TANH_APPROXIMATION":
            share = 0.5 * (1 + np.tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)))
        case "SIGMOID_APPROXIMATION":
            share = sigmoid(1.702 * x)
        case _:
            raise NotImplementedError(f"unknown mode {mode!r}")
    return x * share


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)); an overflowing exponential gives the right 0."""
    return 1 / (1 + np.exp(-x))


def silu(x: Array) -> Array:
    """Return x * sigmoid(x)."""
    return x * sigmoid(x)


def softplus(x: Array) -> Array:
    """Return log(1 + exp(x)) without overflow."""
    return np.logaddexp(np.float32(0), x)


def relu(x: Array) -> Array:
    """Return max(x, 0)."""
    return np.maximum(x, 0)


def relu6(x: Array) -> Array:
    """Return x between 0 and 6."""
    return np.clip(x, 0, 6)


def clamped_relu(x: Array, alpha: Array, beta: Array) -> Array:
    """Return min(x, beta) where x >= 0, else min(alpha * x, beta)."""
    return np.minimum(np.where(x >= 0, x, alpha * x), beta)


def leaky_relu(x: Array, alpha: Array) -> Array:
    """Return x where x >= 0, else alpha * x."""
    return np.where(x >= 0, x, alpha * x)


def elu(x: Array, alpha: Array) -> Array:
    """Return x where x >= 0, else alpha * (exp(x) - 1)."""
    return np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0)))


def linear_activation(x: Array, alpha: Array, beta: Array) -> Array:
    """Return alpha * x + beta."""
    line: Array = alpha * x + beta
    return line


def sigmoid_hard(x: Array, alpha: Array, beta: Array) -> Array:
    """Return alpha * x + beta between 0 and 1."""
    return linear_activation(x, alpha, beta).clip(0, 1)


def scaled_tanh(x: Array, alpha: Array, beta: Array) -> Array:
    """Return alpha * tanh(beta * x)."""
    tanh: Array = np.tanh(beta * x)
    return alpha * tanh


def softmax(x: Array, axis: Any = -1) -> Array:
    """Return the softmax over one axis, the maximum taken off first."""
    weights: Array = np.exp(x - x.max(axis=int(axis), keepdims=True))
    weights /= weights.sum(axis=int(axis), keepdims=True)
    return weights


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "clamped_relu": clamped_relu,
        "elu": elu,
        "gelu": gelu,
        "leaky_relu": leaky_relu,
        "linear_activation": linear_activation,
        "relu": relu,
        "relu6": relu6,
        "scaled_tanh": scaled_tanh,
        "sigmoid": sigmoid,
        "sigmoid_hard": sigmoid_hard,
        "silu": silu,
        "softmax": softmax,
        "softplus": softplus,
    }
)
