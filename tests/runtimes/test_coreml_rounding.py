"""The numpy evaluation rounds to float16 as numpy's own conversion does, bit by bit."""

import numpy as np
import pytest

from edge.runtimes.mil.arrays import rounded_to_half


def check(values):
    with np.errstate(all="ignore"):
        expected = values.astype(np.float16).astype(np.float32)
        found = rounded_to_half(values)
    assert found.dtype == np.float32
    numbers = ~np.isnan(expected)
    assert np.array_equal(np.isnan(found), ~numbers)
    # Bits, so that -0 is not 0.
    assert np.array_equal(found[numbers].view(np.uint32), expected[numbers].view(np.uint32))


def test_float32_of_all_magnitudes():
    check(np.arange(0, 2**32, 9973, dtype=np.uint64).astype(np.uint32).view(np.float32))


def test_every_float16_and_the_ties_between_two():
    every = np.arange(2**16, dtype=np.uint32).astype(np.uint16).view(np.float16).astype(np.float32)
    ordered = np.sort(every[np.isfinite(every)])

    check(every)
    check((ordered[1:] + ordered[:-1]) / 2)
    check(np.nextafter((ordered[1:] + ordered[:-1]) / 2, np.float32(np.inf)))


@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_any_shape_and_stride(shape):
    values = np.full(shape, 1 / 3, dtype=np.float32)

    assert rounded_to_half(values).shape == shape
    check(np.broadcast_to(np.float32(1 / 3), (4, 5)))
    check(np.linspace(0, 1, 30, dtype=np.float32).reshape(5, 6).T[::2])
