"""A histogram that grows with the values it sees."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantize.histogram import BINS, Histogram

TENSORS = arrays(
    np.float32,
    array_shapes(min_dims=1, max_dims=3, max_side=6),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
).map(torch.from_numpy)
SEQUENCES = st.lists(TENSORS, min_size=1, max_size=6)


def histogram_of(*tensors):
    histogram = Histogram()
    for values in tensors:
        histogram.add(torch.as_tensor(values))
    return histogram


def joined(tensors):
    return torch.cat([values.flatten() for values in tensors]).double()


@given(SEQUENCES)
def test_every_value_is_counted_once(tensors):
    assert histogram_of(*tensors).counts.sum() == len(joined(tensors))


@given(SEQUENCES)
def test_lowest_and_highest_are_those_of_all_values_and_zero(tensors):
    values = joined(tensors)
    histogram = histogram_of(*tensors)

    assert histogram.lowest == min(0.0, float(values.min()))
    assert histogram.highest == max(0.0, float(values.max()))


@given(SEQUENCES)
def test_zeros_are_counted(tensors):
    assert histogram_of(*tensors).zeros == int((joined(tensors) == 0).sum())


@given(SEQUENCES)
def test_every_value_is_counted_in_its_bin_or_the_next(tensors):
    histogram = histogram_of(*tensors)
    width = float(histogram.centres[1] - histogram.centres[0])

    counted = histogram.centres.repeat_interleave(histogram.counts.long())

    assert (counted - joined(tensors).sort().values).abs().max() <= 1.5 * width * (1 + 1e-9)


def test_growth_joins_bins_of_what_was_counted_before():
    small, large = torch.linspace(-1, 1, 5000), torch.tensor([-7.5])

    grown = histogram_of(small, large)

    # Doubled three times: the earlier range is the eighth of the bins in the middle.
    middle = slice(BINS // 2 - BINS // 16, BINS // 2 + BINS // 16)
    assert grown.counts[middle].sum() == 5000
    assert grown.counts[: BINS // 16].sum() == 1


def test_order_of_tensors_moves_no_count_by_more_than_one_bin():
    values = torch.randn(4000, generator=torch.Generator().manual_seed(0))
    values[0] = 16 * values.abs().max()

    at_once, grown = histogram_of(values), histogram_of(values[1:], values[:1])

    cumulated = at_once.counts.cumsum(0), grown.counts.cumsum(0)
    wide = max(float(at_once.centres[1] - at_once.centres[0]), float(grown.centres[1] - grown.centres[0]))
    for threshold in (-2.0, -0.5, 0.5, 2.0):
        below = [
            int(counts[histogram.centres <= threshold][-1])
            for counts, histogram in zip(cumulated, (at_once, grown), strict=True)
        ]
        between = int(((values - threshold).abs() <= 1.5 * wide).sum())
        assert abs(below[0] - below[1]) <= between


@pytest.mark.parametrize("tensors", [[[0.0, 0.0]], [[0.0], [0.0, -0.0]]])
def test_zeros_only(tensors):
    histogram = histogram_of(*tensors)

    assert (histogram.lowest, histogram.highest) == (0.0, 0.0)
    assert histogram.counts.sum() == histogram.zeros == sum(map(len, tensors))


@pytest.mark.parametrize("tensors", [[[0.0, 0.0], [1.0, -1.0]], [[1.0, -1.0], [0.0, 0.0]]])
def test_tensor_of_zeros_before_and_after_others(tensors):
    histogram = histogram_of(*tensors)

    assert histogram.counts[BINS // 2] == 2
    assert (histogram.counts[0], histogram.counts[-1]) == (1, 1)
