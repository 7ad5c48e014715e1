"""Arithmetic, comparisons, logic and casts, element by element."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array, held_dtype
from edge.runtimes.mil.operations.error_function import erf


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    # numpy's functions take no argument by name, and the plan passes all of them by MIL's names.
    def apply(x: Array) -> Any:
        return function(x)

    return apply


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(x: Array, y: Array) -> Any:
        return function(x, y)

    return apply


def rsqrt(x: Array, epsilon: Any = 1e-12) -> Array:
    """Return 1 / sqrt(x + epsilon)."""
    return 1 / np.sqrt(x + np.float32(epsilon))


def inverse(x: Array, epsilon: Any = 1e-4) -> Array:
    """Return 1 / (x + epsilon)."""
    return 1 / (x + np.float32(epsilon))


def log(x: Array, epsilon: Any = 1e-45) -> Array:
    """Return log(x + epsilon)."""
    return np.log(x + np.float32(epsilon))


def threshold(x: Array, alpha: Array) -> Array:
    """Return max(x, alpha)."""
    return np.maximum(x, alpha)


def clip(x: Array, alpha: Array, beta: Array) -> Array:
    """Return x between alpha and beta."""
    return np.clip(x, alpha, beta)


def real_div(x: Array, y: Array) -> Array:
    """Return x / y; of integers the quotient is truncated by the declared dtype of the result."""
    return np.true_divide(x, y, dtype=np.float32 if x.dtype == np.float32 else None)


def cast(x: Array, dtype: str) -> Array:
    """Return x in the dtype that holds another; floats are truncated towards zero on the way to integers.

    The rounding to float16 is left to the step, as with every operation.
    """
    target = np.dtype({"fp16": "float16", "fp32": "float32", "fp64": "float64"}.get(dtype, dtype))
    return x.astype(held_dtype(target))


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "abs": _unary(np.abs),
        "acos": _unary(np.arccos),
        "add": _binary(np.add),
        "asin": _unary(np.arcsin),
        "atan": _unary(np.arctan),
        "cast": cast,
        "ceil": _unary(np.ceil),
        "clip": clip,
        "cos": _unary(np.cos),
        "equal": _binary(np.equal),
        "erf": _unary(erf),
        "exp": _unary(np.exp),
        "exp2": _unary(np.exp2),
        "floor": _unary(np.floor),
        "floor_div": _binary(np.floor_divide),
        "greater": _binary(np.greater),
        "greater_equal": _binary(np.greater_equal),
        "inverse": inverse,
        "less": _binary(np.less),
        "less_equal": _binary(np.less_equal),
        "log": log,
        "logical_and": _binary(np.logical_and),
        "logical_not": _unary(np.logical_not),
        "logical_or": _binary(np.logical_or),
        "logical_xor": _binary(np.logical_xor),
        "maximum": _binary(np.maximum),
        "minimum": _binary(np.minimum),
        "mod": _binary(np.mod),
        "mul": _binary(np.multiply),
        "not_equal": _binary(np.not_equal),
        "pow": _binary(np.power),
        "real_div": real_div,
        "round": _unary(np.round),
        "rsqrt": rsqrt,
        "sign": _unary(np.sign),
        "sin": _unary(np.sin),
        "sqrt": _unary(np.sqrt),
        "square": _unary(np.square),
        "sub": _binary(np.subtract),
        "tanh": _unary(np.tanh),
        "threshold": threshold,
    }
)
