"""Medians, spreads, and ratios that are taken within a round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spread import ratio, round_medians, spread_of

times = st.floats(min_value=0.01, max_value=1e4)
bursts = st.lists(st.lists(times, min_size=1, max_size=5), min_size=1, max_size=20)


@given(st.lists(times, min_size=1, max_size=50))
def test_spread_lies_around_the_median_and_inside_the_values(values):
    spread = spread_of(values)

    assert min(values) <= spread.low <= spread.median <= spread.high <= max(values)


@given(bursts)
def test_ratio_to_itself_is_one(measured):
    spread = ratio(measured, measured)

    assert (spread.low, spread.median, spread.high) == (1.0, 1.0, 1.0)


@given(bursts, st.lists(st.floats(min_value=0.1, max_value=10), min_size=20, max_size=20))
def test_what_slows_a_whole_round_down_leaves_the_ratio(measured, slowness):
    slowed = [[ms * slow for ms in burst] for burst, slow in zip(measured, slowness, strict=False)]
    tripled = [[3 * ms for ms in burst] for burst in slowed]

    spread = ratio(tripled, slowed)

    assert spread.low == pytest.approx(3)
    assert spread.high == pytest.approx(3)


def test_one_slow_inference_does_not_move_a_burst():
    assert round_medians([[10.0, 500.0, 11.0]]) == [11.0]


def test_percentiles_between_values():
    spread = spread_of([float(value) for value in range(101)])

    assert (spread.low, spread.median, spread.high) == (5, 50, 95)


def test_wide_spread_is_known_as_such():
    assert spread_of([1.0, 2.0, 3.0]).is_wide
    assert not spread_of([1.0, 1.01, 1.02]).is_wide


def test_contestants_with_different_rounds_have_no_ratio():
    with pytest.raises(ValueError, match="shorter"):
        ratio([[1.0], [1.0]], [[1.0]])
