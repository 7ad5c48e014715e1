"""How the evaluator holds numbers.

Every float travels as float32. A variable that the program declares as float16 holds a float32 that float16 can
represent: each operation computes in float32 and its result is rounded once. Sums therefore accumulate in float32,
as the Neural Engine and the CPU backend do, and numpy is spared its slow float16 loops.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# A float32 has 23 bits behind the leading one, a float16 has 10.
_DROPPED_BITS, _ONE = np.uint32(13), np.uint32(1)
_BELOW_HALF, _KEPT_BITS = np.uint32((1 << 12) - 1), np.uint32(0xFFFFFFFF - ((1 << 13) - 1))

# Below the one float16 has fewer bits, from the other on it is infinite.
_SMALLEST_NORMAL, _FIRST_INFINITE = np.float32(2**-14), np.float32(65520)
_BETWEEN_HALF_AND_ONE = np.float32(0.75)


def held_dtype(declared: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype in which a variable of the dtype `declared` is held."""
    return np.dtype(np.float32) if declared == np.float16 else declared


def held(value: Any) -> Array:
    """Return a constant or an input as the array that the operations work on."""
    array = np.asarray(value)
    return array.astype(held_dtype(array.dtype), copy=False)


def rounded_to_half(array: Array) -> Array:
    """Round to the nearest float16, infinity included, and return float32."""
    if array.dtype != np.float32 or array.ndim == 0:
        return array.astype(np.float16).astype(np.float32)
    # numpy converts one number at a time. In float16's normal range, rounding the 13 last bits away gives the
    # same in a fraction of the time: half of the last remaining bit is added, a little less where that bit is 0.
    bits = array.view(np.uint32)
    rounded = (bits >> _DROPPED_BITS) & _ONE
    rounded += _BELOW_HALF
    rounded += bits
    rounded &= _KEPT_BITS
    result: Array = rounded.view(np.float32)
    magnitude = np.abs(array)
    small = magnitude < _SMALLEST_NORMAL
    if small.any():
        # The last bit of numbers from 0.5 to 1 is float16's smallest step: adding 0.75 rounds to it.
        steps = array + _BETWEEN_HALF_AND_ONE
        steps -= _BETWEEN_HALF_AND_ONE
        np.copysign(steps, array, out=result, where=small)
    if not magnitude.max(initial=0) < _FIRST_INFINITE:
        large = ~(magnitude < _FIRST_INFINITE)
        result[large] = array[large].astype(np.float16)
    return result
