"""How the evaluator holds numbers.

Every float travels as float32. A variable that the program declares as float16 holds a float32 that float16 can
represent: each operation computes in float32 and its result is rounded once. Sums therefore accumulate in float32,
as the Neural Engine and the CPU backend do, and numpy is spared its slow float16 loops.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def held_dtype(declared: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype in which a variable of the dtype `declared` is held."""
    return np.dtype(np.float32) if declared == np.float16 else declared


def held(value: Any) -> Array:
    """Return a constant or an input as the array that the operations work on."""
    array = np.asarray(value)
    return array.astype(held_dtype(array.dtype), copy=False)


def rounded_to_half(array: Array) -> Array:
    """Round to the nearest float16, infinity included, and return float32."""
    return array.astype(np.float16).astype(np.float32)
