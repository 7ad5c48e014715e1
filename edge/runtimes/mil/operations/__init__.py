"""The MIL operations that the evaluator knows: operation type to a numpy function that takes MIL's parameter names.

Floats come and go as float32 (`edge.runtimes.mil.arrays`), other numbers in their own dtype, strings as str. A
function returns one array, or a tuple where the operation has several outputs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from edge.runtimes.mil.operations import (
    activation,
    compressed_weights,
    convolution,
    elementwise,
    indexing,
    matrix_products,
    normalization,
    quantization,
    reduction,
    tensor_shape,
)

OPERATIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **activation.TABLE,
        **compressed_weights.TABLE,
        **convolution.TABLE,
        **elementwise.TABLE,
        **indexing.TABLE,
        **matrix_products.TABLE,
        **normalization.TABLE,
        **quantization.TABLE,
        **reduction.TABLE,
        **tensor_shape.TABLE,
    }
)

KEEPS_VALUES = frozenset({*tensor_shape.TABLE, *indexing.TABLE} - {"range_1d"})
"""Operations that only move values: what they return needs no rounding, which would cost more than they do."""
