"""Numbers as text: short, and never better than they are."""

import pytest

from edge.report.document import Gate
from edge.report.figures import compact, failure_text, limit_text, metric_text, times


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.004, "0.00"), (8.416, "8.42"), (9.996, "10.0"), (31.24, "31.2"), (999.96, "1000"), (12345.6, "12346")],
)
def test_compact_takes_at_most_five_characters(value, text):
    assert compact(value) == text
    assert len(text) <= 5


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("cosine", 0.999996, "0.99999"),
        ("cosine", 1.0, "1.00000"),
        ("cosine", -0.000005, "-0.00001"),
        ("top1", 0.9999, "99.9%"),
        ("top1", 0.29, "29.0%"),
        ("sqnr_db", 14.99, "14.9"),
        ("sqnr_db", float("inf"), "∞"),
        ("sqnr_db", 999.0, "∞"),
        ("sqnr_db", -999.0, "-∞"),
        ("max_relative", 0.04121, "4.13%"),
        ("max_relative", 0.00000289, "0.01%"),
        ("max_relative", 0.0, "0.00%"),
        ("max_relative", 1e38, "∞"),
        ("max_abs", 0.00000412, "4.12e-06"),
        ("anything", 12.3456, "12.3"),
    ],
)
def test_metrics_are_cut_to_the_worse_side(metric, value, text):
    assert metric_text(metric, value) == text


def test_ratios():
    assert [times(ratio, "x") for ratio in (0.258, 0.996, 2.14, 12.0)] == ["0.26x", "1.0x", "2.1x", "12.0x"]
    assert times(0.5) == "0.50\N{MULTIPLICATION SIGN}"


@pytest.mark.parametrize(
    ("metric", "value", "limit", "text"),
    [
        ("cosine", 0.9412, 0.98, "0.94120, must be at least 0.98"),
        ("cosine", 0.9799999, 0.98, "0.97999, must be at least 0.98"),
        ("top1", 0.9749, 0.975, "97.4%, must be at least 97.5%"),
        ("max_relative", 0.2000001, 0.2, "20.01%, must be at most 20%"),
    ],
)
def test_failure_tells_value_and_limit_apart(metric, value, limit, text):
    assert failure_text(Gate(metric=metric, value=value, limit=limit, passed=False)) == text


def test_limits_have_a_direction():
    assert limit_text(Gate(metric="max_relative", value=0.1, limit=0.2, passed=True)) == "≤ 20%"
    assert limit_text(Gate(metric="top1", value=1.0, limit=0.97, passed=True)) == "≥ 97%"
