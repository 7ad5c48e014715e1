"""The plan of a static quantization: ranges as scales and zero points, and the plan as a file."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quantize.static_plan import (
    INT8_HIGHEST,
    INT8_LOWEST,
    PROBABILITIES,
    LinearRanges,
    ProductRanges,
    Range,
    StaticPlan,
    load_plan,
)

FLOATS = st.floats(0, 2.0**127, width=32)
RANGES = st.builds(lambda low, high: Range(-low, high), FLOATS, FLOATS)
NAMES = st.text(min_size=1, max_size=12)
PLANS = st.builds(
    StaticPlan,
    st.dictionaries(NAMES, st.builds(LinearRanges, RANGES, RANGES), max_size=3),
    st.dictionaries(NAMES, st.lists(FLOATS, max_size=4).map(tuple), max_size=3),
    st.dictionaries(
        NAMES, st.lists(st.lists(st.integers(0, 9999), max_size=4).map(tuple), max_size=3).map(tuple), max_size=3
    ),
    st.dictionaries(NAMES, st.builds(ProductRanges, RANGES, RANGES, RANGES), max_size=3),
)


@given(RANGES)
def test_zero_is_exact(carried):
    scale, zero_point = carried.scale_and_zero_point()

    assert isinstance(zero_point, int)
    assert INT8_LOWEST <= zero_point <= INT8_HIGHEST
    assert np.float32(scale) > 0


@given(RANGES, st.floats(0, 1))
def test_a_value_in_the_range_is_at_most_half_a_step_off(carried, place):
    value = carried.low + place * (carried.high - carried.low)
    scale, zero_point = carried.scale_and_zero_point()

    integer = min(max(round(value / scale) + zero_point, INT8_LOWEST), INT8_HIGHEST)

    assert abs((integer - zero_point) * scale - value) <= scale / 2 * (1 + 1e-9)


def test_a_range_of_both_signs_uses_all_integers():
    scale, zero_point = Range(-1.0, 3.0).scale_and_zero_point()

    assert scale == 4 / 255
    assert zero_point == round(-128 + 255 / 4)


def test_a_range_of_one_sign_begins_at_an_end_of_int8():
    assert Range(0.0, 255.0).scale_and_zero_point() == (1.0, INT8_LOWEST)
    assert Range(-255.0, 0.0).scale_and_zero_point() == (1.0, INT8_HIGHEST)


def test_an_empty_range_has_a_scale_that_float32_can_invert():
    scale, _ = Range(0.0, 0.0).scale_and_zero_point()

    assert np.isfinite(1 / np.float32(scale))


@given(RANGES)
def test_a_symmetric_range_holds_the_range_and_has_the_zero_point_0(carried):
    symmetric = carried.symmetric()

    assert symmetric.scale_and_zero_point()[1] == 0
    assert symmetric.low <= carried.low * (1 - 1e-12)
    assert carried.high * (1 - 1e-12) <= symmetric.high


def test_probabilities_have_256_steps():
    assert PROBABILITIES.scale_and_zero_point() == (1 / 256, INT8_LOWEST)


def test_a_product_is_kept_in_int8_with_the_layers_that_make_its_operands():
    layer, product = LinearRanges(Range(-1.0, 1.0), Range(-1.0, 1.0)), ProductRanges(*[Range(-1.0, 1.0)] * 3)
    names = [f"layers.0.attention.{part}.groups.0" for part in ("query", "key", "value")]
    products = {f"layers.{i}.attention.products.{kind}": product for i in range(2) for kind in ("scores", "context")}
    plan = StaticPlan(dict.fromkeys(names, layer), {}, products=products)

    assert plan.keep(set(names)) == plan
    without_key, without_value = plan.keep({names[0], names[2]}), plan.keep(set(names[:2]))
    assert without_key.linears.keys() == {names[0], names[2]}
    assert products.keys() - without_key.products.keys() == {"layers.0.attention.products.scores"}
    assert products.keys() - without_value.products.keys() == {"layers.0.attention.products.context"}


def test_probabilities_of_a_long_text_stay_float():
    product = ProductRanges(*[Range(-1.0, 1.0)] * 3)
    names = [f"layers.0.attention.products.{kind}" for kind in ("scores", "context")]
    plan = StaticPlan({}, {}, products=dict.fromkeys(names, product))

    assert plan.for_length(128) == plan
    assert plan.for_length(129).products.keys() == {names[0]}


@given(plan=PLANS)
def test_a_plan_comes_back_from_its_file_as_it_was(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "int8-static.json"
    plan.save(path)

    assert load_plan(path) == plan
