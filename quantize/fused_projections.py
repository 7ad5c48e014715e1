"""Query, key and value layers of a group as one int8 layer, since they share their input and their ranges."""

from dataclasses import replace

from edge.encoder import Encoder
from edge.encoder.attention import can_fuse, fuse
from quantize.equalization import PROJECTIONS, attention_parts
from quantize.static_plan import StaticPlan


def fuse_projections(encoder: Encoder, plan: StaticPlan) -> StaticPlan:
    """Fuse the attention of `encoder`, in place, and return the plan with the ranges of the layers that this makes.

    Layers of which the plan keeps some float stay separate.

    Parameters
    ----------
    encoder
        From `quantize.calibration.prepared_encoder` with the plan.
    """
    linears = dict(plan.linears)
    for name, attention in attention_parts(encoder).items():
        groups = range(len(attention.query.groups))
        parts = [[f"{name}.{layer}.groups.{group}" for layer in PROJECTIONS] for group in groups]
        if not can_fuse(attention) or not all(part in linears for group in parts for part in group):
            continue
        encoder.set_submodule(name, fuse(attention))
        for group in groups:
            ranges = {linears.pop(part) for part in parts[group]}
            (linears[f"{name}.projections.groups.{group}"],) = ranges
    return replace(plan, linears=linears)
