"""The rank test: how often noise alone looks like a difference, and how often a difference is found.

The noise of the simulations is like that of real runs: each is correlated with the one before, a few take three times
as long. A run takes 10 ms, the noise forgets itself in 0.1 s, a measurement takes the rule's 10 s.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from edge.history.rank_test import RANK_TEST, block_medians, find_difference, is_long_enough, noise_between_visits
from tests.history.examples import correlated

RUNS = 1000
CORRELATION = float(np.exp(-0.01 / 0.1))
NOISE = 0.03
TRIALS = 600


def measurements(random, count):
    """Return runs of `count` measurements of the same, in milliseconds, as (count, RUNS)."""
    noise = NOISE * correlated(random, (count, RUNS), CORRELATION)
    return 10 * np.exp(noise) * np.where(random.random(noise.shape) < 0.02, 3, 1)


def test_noise_alone_is_a_difference_about_as_often_as_the_level_says():
    random = np.random.default_rng(1)
    pairs = zip(measurements(random, TRIALS), measurements(random, TRIALS), strict=True)

    alarms = np.mean([find_difference([a], b).p_value < RANK_TEST.level for a, b in pairs])

    assert alarms <= 2 * RANK_TEST.level


def test_a_test_of_single_runs_would_raise_alarm_every_other_time():
    random = np.random.default_rng(1)

    p_values = mannwhitneyu(measurements(random, 100), measurements(random, 100), axis=1).pvalue

    assert np.mean(p_values < RANK_TEST.level) > 0.4


@pytest.mark.parametrize("factor", [1.1, 1 / 1.1])
def test_a_change_of_a_tenth_is_found(factor):
    random = np.random.default_rng(2)
    pairs = zip(measurements(random, 200), factor * measurements(random, 200), strict=True)

    found = [find_difference([a], b) for a, b in pairs]

    tolerated = 1 + RANK_TEST.tolerance
    assert np.mean([each.p_value < RANK_TEST.level for each in found]) > 0.99
    assert np.mean([not 1 / tolerated <= each.ratio <= tolerated for each in found]) > 0.99


def visits(random, count, between):
    """Return measurements of visits whose medians differ, beside the noise within, by a factor of `between`."""
    return measurements(random, count) * np.exp(between * random.normal(size=(count, 1)))


@pytest.mark.parametrize(("references", "lowest", "highest"), [(1, 0.1, 1.0), (5, 0.0, 0.03)])
def test_what_visits_differ_by_counts_where_there_are_several(references, lowest, highest):
    random = np.random.default_rng(3)
    alarms = []
    for _ in range(200):
        *earlier, measured = visits(random, references + 1, between=0.04)
        found = find_difference(earlier, measured)
        alarms.append(found.p_value < RANK_TEST.level and found.ratio > 1 + found.tolerance)

    # One reference cannot know: more than a tenth of the visits are beyond the tolerance with nothing changed.
    assert lowest <= np.mean(alarms) <= highest


def test_noise_between_visits_by_hand():
    # Logarithms 0, 0.01, 0.02: s = 0.01; t(0.995, 2) = 9.925; sqrt(1 + 1/3) = 1.1547.
    medians = np.exp([0.0, 0.01, 0.02])

    assert noise_between_visits(medians, 0.01) == pytest.approx(np.expm1(9.925 * 0.01 * 1.1547), rel=1e-3)


def test_two_visits_say_too_little_about_what_visits_differ_by():
    found = find_difference([[10.0] * 100, [20.0] * 100], [15.0] * 100)

    assert found.tolerance == RANK_TEST.tolerance


def test_blocks_are_of_consecutive_runs():
    assert block_medians([1, 2, 3, 10, 20, 30, 5, 5, 5], 3).tolist() == [2, 20, 5]


def test_equal_runs_do_not_differ():
    found = find_difference([[10.0] * 100], [10.0] * 100)

    assert (found.ratio, found.p_value) == (1.0, 1.0)


def test_a_coarse_clock_gives_equal_medians_and_still_an_answer():
    found = find_difference([[10.0] * 100], [11.0] * 100)

    assert found.ratio == pytest.approx(1.1)
    assert found.p_value < RANK_TEST.level


def test_one_odd_block_does_not_hide_a_difference():
    earlier, slower = np.linspace(10.0, 10.1, 100), np.linspace(11.0, 11.1, 100)
    slower[30:40] = 9.0

    assert find_difference([earlier], slower).p_value == pytest.approx(0.0028, rel=0.01)


@given(
    st.lists(st.floats(1, 100), min_size=100, max_size=200),
    st.lists(st.floats(1, 100), min_size=100, max_size=200),
)
def test_whatever_is_compared_with_what_the_answer_is_the_same(one, other):
    forth, back = find_difference([one], other), find_difference([other], one)

    assert forth.p_value == pytest.approx(back.p_value)
    assert forth.ratio == pytest.approx(1 / back.ratio)


@pytest.mark.parametrize(
    ("runs", "milliseconds", "enough"), [(100, 50.0, True), (99, 1000.0, False), (1000, 4.9, False), (1000, 5.1, True)]
)
def test_runs_and_seconds_must_fill_the_blocks(runs, milliseconds, enough):
    assert is_long_enough([milliseconds] * runs) == enough
