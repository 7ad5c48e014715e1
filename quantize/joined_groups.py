"""The plan for an encoder whose grouped layers are one convolution each, in place of a linear layer for each group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from quantize.static_plan import LinearRanges, Range, StaticPlan


def join_groups(plan: StaticPlan, convolutions: Mapping[str, Sequence[str]]) -> StaticPlan:
    """Return `plan` with the ranges of the convolutions; one of which the plan keeps a group float stays float.

    Groups share a range already where they are parts of one tensor (`quantize.shared_range`); elsewhere the
    convolution gets one that holds theirs.

    Parameters
    ----------
    convolutions
        Name of each convolution with those of the linear layers that it joins.
    """
    return replace(
        plan,
        linears={
            name: LinearRanges(
                _hull(plan.linears[part].input for part in parts), _hull(plan.linears[part].output for part in parts)
            )
            for name, parts in convolutions.items()
            if all(part in plan.linears for part in parts)
        },
    )


def _hull(ranges: Iterable[Range]) -> Range:
    found = list(ranges)
    return Range(min(each.low for each in found), max(each.high for each in found))
