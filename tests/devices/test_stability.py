"""What a measurement's runs say: percentiles, spread, drift, and the marks of those not to be trusted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.stability import drift, marks, short_marks, spread, summarize
from edge.devices.work import DeviceState, MeasurementRule, Timing
from edge.errors import InputError

RULE = MeasurementRule()

milliseconds = st.floats(min_value=0.01, max_value=1e4)
measurements = st.lists(milliseconds, min_size=1, max_size=300)


def timing(latencies, before=None, after=None, warmed_up=True):
    return Timing(
        warm_up_ms=[latencies[0]] * 10,
        latencies_ms=list(latencies),
        warmed_up=warmed_up,
        peak_rss_mb=100.0,
        before=DeviceState(**before or {}),
        after=DeviceState(**after or {}),
    )


def test_percentiles_by_hand():
    latency = summarize([4.0, 1.0, 3.0, 2.0, 5.0])

    assert (latency.min, latency.p50, latency.mean) == (1.0, 3.0, 3.0)
    assert latency.p90 == pytest.approx(4.6)
    assert latency.p99 == pytest.approx(4.96)


@given(measurements, st.randoms())
def test_the_order_of_the_runs_changes_no_percentile(latencies, random):
    shuffled = list(latencies)
    random.shuffle(shuffled)

    assert summarize(shuffled) == summarize(latencies)
    assert spread(shuffled) == spread(latencies)


@given(measurements)
def test_percentiles_are_in_order(latencies):
    latency = summarize(latencies)

    assert latency.min <= latency.p50 <= latency.p90 <= latency.p99 <= max(latencies)


def test_spread_is_the_interquartile_range_over_the_median():
    assert spread([8.0, 9.0, 10.0, 11.0, 12.0]) == pytest.approx((11 - 9) / 10)


@given(measurements, st.sampled_from([0.5, 2.0, 1024.0]))
def test_spread_and_drift_have_no_unit(latencies, factor):
    scaled = [factor * value for value in latencies]

    assert spread(scaled) == pytest.approx(spread(latencies))
    assert drift(scaled) == pytest.approx(drift(latencies))


def test_drift_is_the_last_fifth_over_the_first():
    assert drift([10.0] * 20 + [99.0] * 60 + [12.0] * 20) == pytest.approx(1.2)


@given(milliseconds, st.integers(min_value=1, max_value=500))
def test_constant_times_have_no_mark(latency, runs):
    assert marks(timing([latency] * runs), RULE) == ()


def test_usual_noise_has_no_mark():
    noise = np.random.default_rng(0).normal(0, 0.02, 500)
    # An interrupt or another process: one run in fifty takes three times as long.
    latencies = 10 * np.exp(noise) * np.where(np.arange(500) % 50 == 7, 3, 1)

    assert marks(timing(latencies), RULE) == ()


@given(milliseconds, st.integers(25, 500), st.floats(1.06, 10), st.floats(0.2, 0.8))
def test_a_slower_tail_is_marked(latency, runs, factor, share):
    tail = round(share * runs) + 1
    latencies = [latency] * (runs - tail) + [factor * latency] * tail

    assert any(mark.startswith("unstable: the last fifth of the runs was") for mark in marks(timing(latencies), RULE))


def test_runs_that_became_faster_were_no_steady_state():
    latencies = np.linspace(12, 10, 100)

    assert marks(timing(latencies), RULE) == ("unstable: the last fifth of the runs was 14% faster than the first",)


def test_slower_runs_while_the_temperature_rises_are_throttled():
    found = marks(timing(np.linspace(10, 12, 100), {"temperature_c": 61.0}, {"temperature_c": 84.5}), RULE)

    assert found == (
        "throttled: the last fifth of the runs was 16% slower than the first while the temperature rose from 61.0 to"
        " 84.5 °C",
    )


def test_a_temperature_that_rises_slows_nothing_by_itself():
    assert marks(timing([10.0] * 100, {"temperature_c": 40.0}, {"temperature_c": 70.0}), RULE) == ()


@pytest.mark.parametrize(
    ("before", "after", "when"), [(True, False, "before"), (False, True, "after"), (True, True, "before and after")]
)
def test_a_system_that_says_it_throttles_is_believed(before, after, when):
    found = marks(timing([10.0] * 100, {"throttled": before}, {"throttled": after}), RULE)

    assert found == (f"throttled: the system held its clocks down {when} the measurement",)


def test_a_clock_that_falls_is_throttled_even_if_all_runs_take_the_same_time():
    found = marks(timing([10.0] * 100, {"clock_mhz": 2400.0}, {"clock_mhz": 1500.0}), RULE)

    assert found == ("throttled: the clock fell from 2400 to 1500 MHz",)


@pytest.mark.parametrize("clock", [2200.0, 2400.0, 2800.0])
def test_a_clock_that_rises_or_falls_by_one_step_is_none(clock):
    assert marks(timing([10.0] * 100, {"clock_mhz": 2400.0}, {"clock_mhz": clock}), RULE) == ()


def test_wide_spread_is_unstable():
    found = marks(timing([9.0, 11.0] * 100), RULE)

    assert found == ("unstable: the runs' interquartile range is 20% of their median, above 10%",)


def test_a_warm_up_that_never_became_stable_is_said():
    found = marks(timing([10.0] * 100, warmed_up=False), RULE)

    assert found == ("not warmed up: after 10 runs the medians of 5 still changed by 5% or more",)


def test_every_reason_is_named():
    found = marks(timing([9.0, 11.0] * 100, after={"throttled": True}, warmed_up=False), RULE)

    assert len(found) == 3
    assert short_marks(found) == ["throttled", "unstable", "not warmed up"]


def test_a_clock_too_coarse_for_the_artifact_reads_zero():
    assert spread([0.0] * 10) == 0.0
    assert marks(timing([0.0] * 90 + [1.0] * 30), RULE) != ()


@pytest.mark.parametrize("function", [summarize, spread, drift])
def test_no_runs_are_an_error(function):
    with pytest.raises(InputError, match="no runs"):
        function([])
