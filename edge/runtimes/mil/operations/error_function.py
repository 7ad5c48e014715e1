"""erf for arrays: numpy has none, and scipy is no dependency of this project."""

import numpy as np

from edge.runtimes.mil.arrays import Array

# erf(x) = x P(x^2) / Q(x^2) on [-4, 4], highest power first: the rational approximation of Eigen and XLA.
_P = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
_Q = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)
_BLOCK = 16384  # float64 elements; the temporaries of one block stay in the cache


def erf(x: Array) -> Array:
    """Return the error function of a float32 array of any shape, within 1e-7.

    The polynomials are evaluated in float64: in float32 their rounding alone costs 4e-7.
    """
    flat = np.ascontiguousarray(x, dtype=np.float32).reshape(-1)
    result = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        # Beyond 4, erf is 1 to float32's precision.
        clipped = np.clip(flat[block], -4, 4).astype(np.float64)
        square = clipped * clipped
        result[block] = clipped * _polynomial(square, _P) / _polynomial(square, _Q)
    return result.reshape(np.shape(x))


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    total = x * coefficients[0]
    total += coefficients[1]
    for coefficient in coefficients[2:]:
        total *= x
        total += coefficient
    return total
