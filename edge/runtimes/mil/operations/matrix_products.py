"""Matrix products; all accumulate in float32."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from edge.runtimes.mil.arrays import Array
from edge.runtimes.mil.operations.activation import softmax


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Return x [..., in] times weight [out, in], transposed, plus bias [out]."""
    # One product of two matrices: numpy would make one small product per leading index.
    product: Array = x.reshape(-1, x.shape[-1]) @ weight.T
    if bias is not None:
        product += bias
    return product.reshape(*x.shape[:-1], weight.shape[0])


def matmul(x: Array, y: Array, transpose_x: Any = False, transpose_y: Any = False) -> Array:
    """Return the batched product of x and y, either with its last two dimensions swapped first; vectors as in numpy."""
    left = x.swapaxes(-1, -2) if transpose_x and x.ndim > 1 else x
    right = y.swapaxes(-1, -2) if transpose_y and y.ndim > 1 else y
    product: Array = np.matmul(left, right)
    return product


def einsum(values: tuple[Array, ...], equation: str) -> Array:
    """Return the Einstein summation, by matrix products where there are any."""
    return np.asarray(np.einsum(equation, *values, optimize=True))


def scaled_dot_product_attention(query: Array, key: Array, value: Array, attn_mask: Array | None = None) -> Array:
    """Return the attention of query [..., L, E] over key [..., S, E] and value [..., S, V].

    A boolean mask says what may be attended to; a float mask is added to the scores.
    """
    scores: Array = np.matmul(query, key.swapaxes(-1, -2)) / math.sqrt(query.shape[-1])
    if attn_mask is not None:
        mask = np.where(attn_mask, 0, -np.inf).astype(np.float32) if attn_mask.dtype == np.bool_ else attn_mask
        scores = scores + mask
    attended: Array = np.matmul(softmax(scores), value)
    return attended


TABLE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "einsum": einsum,
        "linear": linear,
        "matmul": matmul,
        "scaled_dot_product_attention": scaled_dot_product_attention,
    }
)
