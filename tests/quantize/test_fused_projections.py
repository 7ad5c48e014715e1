"""Query, key and value layers as one layer for each group: the same int8 arithmetic in fewer layers."""

import pytest
import torch

from edge.encoder import EncoderVariant
from edge.encoder.attention import FusedSelfAttention
from quantize.calibration import calibrate, prepared_encoder, run_examples
from quantize.fused_projections import fuse_projections
from quantize.recipe import find_recipe
from quantize.static_linear import quantize_linears

LENGTH = 16
RECIPE = find_recipe("int8-static").static
GROUPS = {"4": (4,) * 6, "1": (1,) * 6, "different": (2, 4, 1, 2, 4, 1)}


def plan_and_encoder(checkpoint, examples):
    plan = calibrate(checkpoint, RECIPE, examples)
    return plan, prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)


def fused_layers(encoder):
    return [isinstance(layer.attention, FusedSelfAttention) for layer in encoder.layers]


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_static_outputs_stay_the_same(checkpoint_of, examples_of, groups):
    checkpoint = checkpoint_of(groups=groups)
    examples = examples_of(checkpoint)
    plan, separate = plan_and_encoder(checkpoint, examples)
    quantize_linears(separate, plan)
    _, fused = plan_and_encoder(checkpoint, examples)

    quantize_linears(fused, fuse_projections(fused, plan))

    # Their sums may run in another order, which now and then moves a value to the next step.
    for expected, found in zip(run_examples(separate, examples), run_examples(fused, examples), strict=True):
        for a, b in zip(expected, found, strict=True):
            torch.testing.assert_close(a, b, rtol=0.02, atol=0.02)


def test_layers_of_equal_groups_are_fused(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    plan, encoder = plan_and_encoder(checkpoint, examples_of(checkpoint))

    fused = fuse_projections(encoder, plan)

    assert fused_layers(encoder) == [True, True]
    assert len(plan.linears) - len(fused.linears) == 2 * 4 * 2
    assert fused.linears["layers.1.attention.projections.groups.3"] == plan.linears["layers.1.attention.value.groups.3"]
    assert fused.products == plan.products


def test_layers_of_different_groups_stay_separate(checkpoint_of, examples_of):
    checkpoint = checkpoint_of(groups=GROUPS["different"])
    plan, encoder = plan_and_encoder(checkpoint, examples_of(checkpoint))

    assert fuse_projections(encoder, plan) == plan
    assert fused_layers(encoder) == [False, False]


def test_layers_of_which_some_stay_float_stay_separate(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    plan, encoder = plan_and_encoder(checkpoint, examples_of(checkpoint))
    kept = plan.keep({name for name in plan.linears if not name.startswith("layers.0.attention.key.")})

    fused = fuse_projections(encoder, kept)

    assert fused_layers(encoder) == [False, True]
    assert {name for name in kept.linears if name.startswith("layers.0.")} <= fused.linears.keys()
