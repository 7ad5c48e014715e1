"""int4 quantization of a weight matrix, one scale for each block of input channels."""

import numpy as np

from quantize.divisor import largest_divisor
from quantize.float16_scale import SMALLEST_SCALE

INT4_LOWEST, INT4_HIGHEST = -8, 7

# Input channels that share a scale. A float16 scale for 32 weights is half a bit for each.
BLOCK = 32

# Scales that are tried, as shares of the one that clips nothing. Below a half, clipping always costs more.
SHARES = np.linspace(1.0, 0.5, 26, dtype=np.float32)


def quantize_blocks(weight: np.ndarray, shares: np.ndarray = SHARES) -> tuple[np.ndarray, np.ndarray]:
    """Quantize each block of each row of `weight` to int4 with the scale of the least squared error.

    Zero is exact. A scale that clips the largest weight often leaves less error than the one that reaches it, since
    all others get finer steps.

    Parameters
    ----------
    weight
        Shape (rows, columns), float32. Blocks have 32 columns, or the largest divisor of the columns below it.
    shares
        Scales to try, float32: shares of ``max |weight| / 7``.

    Returns
    -------
    values
        Shape (rows, columns), int8, -8 to 7.
    scales
        Shape (rows, blocks), float32, each a normal float16 number; ``values * scales`` is the weight.
    """
    rows, columns = weight.shape
    blocks = weight.reshape(rows, -1, largest_divisor(columns, BLOCK))
    widest = np.abs(blocks).max(axis=2) / np.float32(INT4_HIGHEST)
    scales = _stored(widest * shares[0])
    least = _squared_error(blocks, scales)
    for share in shares[1:]:
        trial = _stored(widest * share)
        error = _squared_error(blocks, trial)
        better = error < least
        scales[better], least[better] = trial[better], error[better]
    return _steps(blocks, scales).astype(np.int8).reshape(rows, columns), scales


def _stored(scales: np.ndarray) -> np.ndarray:
    """Round scales as the package stores them, so that the values are chosen for those."""
    rounded: np.ndarray = np.maximum(scales, SMALLEST_SCALE).astype(np.float16).astype(np.float32)
    return rounded


def _steps(blocks: np.ndarray, scales: np.ndarray) -> np.ndarray:
    steps: np.ndarray = np.clip(np.rint(blocks / scales[..., None]), INT4_LOWEST, INT4_HIGHEST)
    return steps


def _squared_error(blocks: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Return each block's, shape (rows, blocks)."""
    error: np.ndarray = np.square(_steps(blocks, scales) * scales[..., None] - blocks).sum(axis=2)
    return error
