"""Symmetric int8 weights: one scale for each row."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantize.weights import INT8_LIMIT, quantize_rows

MATRICES = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False),
).map(torch.from_numpy)


@given(MATRICES)
def test_error_is_at_most_half_a_scale(weight):
    values, scales = quantize_rows(weight)

    error = (values.double() * scales.double()[:, None] - weight.double()).abs()

    # The division that finds the value rounds too, in float32.
    assert (error <= (0.5 + 1e-5) * scales.double()[:, None]).all()


@given(MATRICES)
def test_range_is_symmetric(weight):
    values, _ = quantize_rows(weight)

    assert values.dtype == torch.int8
    assert values.min() >= -INT8_LIMIT
    assert torch.equal(quantize_rows(-weight)[0], -values)


@given(MATRICES)
def test_scales_are_normal_positive_numbers(weight):
    _, scales = quantize_rows(weight)

    assert torch.isfinite(scales).all()
    assert (scales >= torch.finfo(torch.float32).tiny).all()


def test_largest_weight_of_a_row_is_exact():
    values, scales = quantize_rows(torch.tensor([[0.5, -2.0, 1.0], [8.0, 0.0, -4.0]]))

    assert values.tolist() == [[32, -127, 64], [127, 0, -64]]
    torch.testing.assert_close(scales, torch.tensor([2.0, 8.0]) / 127)


def test_row_of_zeros_stays_zeros():
    values, _ = quantize_rows(torch.tensor([[0.0, 0.0], [1.0, 0.0]]))

    assert values.tolist() == [[0, 0], [127, 0]]


def test_row_too_small_for_a_scale_becomes_zeros():
    values, scales = quantize_rows(torch.tensor([[1e-45, 0.0]]))

    assert values.tolist() == [[0, 0]]
    assert scales.item() > 0
