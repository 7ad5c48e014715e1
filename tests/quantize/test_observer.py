"""Observers: which range is chosen for the values that calibration saw."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantize.histogram import Histogram
from quantize.observer import KEPT_SHARE, OBSERVERS, min_max, mse, percentile
from quantize.static_plan import INT8_HIGHEST, INT8_LOWEST

TENSORS = arrays(
    np.float32,
    array_shapes(min_dims=1, max_dims=2, max_side=12),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
).map(torch.from_numpy)


def histogram_of(values):
    histogram = Histogram()
    histogram.add(values)
    return histogram


def draw(seed, count=20_000):
    return torch.randn(count, generator=torch.Generator().manual_seed(seed))


def squared_error(values, carried):
    """Round `values` to the range's int8, and return what rounding and clipping cost together."""
    scale, zero_point = carried.scale_and_zero_point()
    integers = (values.double() / scale).round().add(zero_point).clamp(INT8_LOWEST, INT8_HIGHEST)
    return float((values.double() - (integers - zero_point) * scale).square().sum())


@given(TENSORS, st.sampled_from(sorted(OBSERVERS)))
def test_range_contains_zero_and_ends_at_or_before_the_values(values, observer):
    carried = OBSERVERS[observer](histogram_of(values))

    assert min(0.0, float(values.min())) <= carried.low <= 0.0 <= carried.high <= max(0.0, float(values.max()))


@given(TENSORS)
def test_min_max_carries_every_value(values):
    carried = min_max(histogram_of(values))

    assert carried.low <= values.min()
    assert values.max() <= carried.high


@pytest.mark.parametrize("observer", OBSERVERS)
def test_zeros_only_have_an_empty_range(observer):
    carried = OBSERVERS[observer](histogram_of(torch.zeros(5)))

    assert (carried.low, carried.high) == (0.0, 0.0)


def test_percentile_cuts_off_an_outlier():
    values = draw(0)
    values[7] = 1000.0

    carried = percentile(histogram_of(values))

    # A bin is 2000 / 2048 wide.
    assert carried.high < 10


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_percentile_keeps_its_share_of_the_values(seed):
    values = draw(seed)

    carried = percentile(histogram_of(values))

    kept = ((values >= carried.low) & (values <= carried.high)).double().mean()
    assert kept >= KEPT_SHARE - 0.001


SHAPES = {
    "normal": lambda x: x,
    "heavy tails": lambda x: x**3,
    "positive": torch.abs,
    "relu: half of them zero": torch.relu,
    "relu: nearly all of them zero": lambda x: torch.relu(x - 3),
    "gelu": lambda x: torch.nn.functional.gelu(2 * x),
    "one outlier": lambda x: torch.cat([x, torch.tensor([40.0])]),
    "uniform": lambda x: torch.erf(x),
}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(1e-3, 1e3))
def test_mse_has_no_more_squared_error_than_min_max(shape, seed, magnitude):
    values = SHAPES[shape](draw(seed)) * magnitude
    histogram = histogram_of(values)

    # What rounding costs is an expectation: where clipping saves less than that is off, either range is as good.
    assert squared_error(values, mse(histogram)) <= 1.1 * squared_error(values, min_max(histogram))


@given(TENSORS)
def test_mse_never_has_more_squared_error_than_min_max_may_have(values):
    histogram = histogram_of(values)
    step, _ = min_max(histogram).scale_and_zero_point()

    # Half a step for each value.
    assert squared_error(values, mse(histogram)) <= len(values.flatten()) * step**2 / 4 * (1 + 1e-6)


def test_mse_clips_one_value_to_round_many_finer():
    values = torch.cat([draw(0, 500_000), torch.tensor([10.0])])
    histogram = histogram_of(values)

    assert mse(histogram).high < 8
    assert squared_error(values, mse(histogram)) < 0.8 * squared_error(values, min_max(histogram))


def test_mse_carries_a_large_value_beside_nothing_but_zeros():
    values = torch.cat([torch.zeros(1_000_000), torch.tensor([1.0])])

    assert mse(histogram_of(values)).high == 1.0
