"""int4 weights: one scale for each block of 32 columns, searched for the least error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantize.float16_scale import SMALLEST_SCALE
from quantize.int4_blocks import BLOCK, INT4_HIGHEST, INT4_LOWEST, quantize_blocks

MATRICES = arrays(
    np.float32, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.floats(-1000, 1000, width=32)
)
WITHOUT_SEARCH = np.ones(1, np.float32)


def blocks_of(weight, scales):
    return weight.reshape(*scales.shape, -1).astype(np.float64)


def squared_errors(weight, values, scales):
    """Return each block's, shape (rows, blocks)."""
    return np.square(blocks_of(values, scales) * scales[..., None] - blocks_of(weight, scales)).sum(axis=2)


@given(MATRICES)
def test_values_are_int4(weight):
    values, _ = quantize_blocks(weight)

    assert values.shape == weight.shape
    assert values.min() >= INT4_LOWEST
    assert values.max() <= INT4_HIGHEST


@given(MATRICES)
def test_values_are_the_nearest_that_the_scale_reaches(weight):
    values, scales = quantize_blocks(weight)

    steps = blocks_of(weight, scales) / scales[..., None]
    reached = np.clip(steps, INT4_LOWEST, INT4_HIGHEST)
    # The division rounds, in float32.
    assert (np.abs(blocks_of(values, scales) - reached) <= 0.5 + 1e-5).all()


@given(MATRICES)
def test_no_block_is_worse_than_with_the_scale_that_clips_nothing(weight):
    searched = squared_errors(weight, *quantize_blocks(weight))
    widest = squared_errors(weight, *quantize_blocks(weight, WITHOUT_SEARCH))

    # Errors are compared in float32.
    assert (searched <= widest * (1 + 1e-4) + 1e-12).all()


@given(MATRICES)
def test_scales_are_normal_float16_numbers(weight):
    _, scales = quantize_blocks(weight)

    np.testing.assert_array_equal(scales, scales.astype(np.float16).astype(np.float32))
    assert scales.min() >= SMALLEST_SCALE


def test_the_search_gains_on_normal_weights():
    weight = np.random.default_rng(0).standard_normal((64, 384)).astype(np.float32)

    searched = squared_errors(weight, *quantize_blocks(weight)).sum()
    widest = squared_errors(weight, *quantize_blocks(weight, WITHOUT_SEARCH)).sum()

    assert searched < 0.85 * widest


@pytest.mark.parametrize(("columns", "block"), [(384, 32), (192, 32), (48, 24), (40, 20), (31, 31), (37, 1), (4, 4)])
def test_blocks_divide_the_columns(columns, block):
    _, scales = quantize_blocks(np.ones((2, columns), np.float32))

    assert block <= BLOCK
    assert scales.shape == (2, columns // block)


def test_whole_steps_are_exact():
    weight = np.array([[7.0, -3.0, 0.0, 1.0], [0.5, -3.5, 0.0, 1.0]], np.float32)

    values, scales = quantize_blocks(weight)

    np.testing.assert_array_equal(values * scales, weight)


def test_zeros_stay_zeros():
    values, _ = quantize_blocks(np.zeros((2, 64), np.float32))

    assert not values.any()
