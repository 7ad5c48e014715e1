"""Ranges of a grouped convolution, from those of its groups' linear layers."""

from quantize.joined_groups import join_groups
from quantize.static_plan import LinearRanges, Range, StaticPlan

NARROW = LinearRanges(Range(-1.0, 2.0), Range(-3.0, 4.0))
WIDE = LinearRanges(Range(-5.0, 1.0), Range(-1.0, 6.0))


def plan(**linears):
    return StaticPlan(linears, {"layers.0": None}, {})


def test_a_convolution_holds_the_ranges_of_all_its_groups():
    joined = join_groups(plan(a=NARROW, b=WIDE), {"conv": ("a", "b")})

    assert joined.linears == {"conv": LinearRanges(Range(-5.0, 2.0), Range(-3.0, 6.0))}


def test_a_layer_without_groups_keeps_its_ranges():
    assert join_groups(plan(head=NARROW), {"head": ("head",)}).linears == {"head": NARROW}


def test_a_convolution_with_a_group_that_stays_float_stays_float():
    assert join_groups(plan(a=NARROW), {"conv": ("a", "b")}).linears == {}


def test_everything_else_of_the_plan_is_kept():
    before = plan(a=NARROW)

    assert join_groups(before, {"conv": ("a",)}).equalization is before.equalization
