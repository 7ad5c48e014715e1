"""Linear layers whose input and output have fixed int8 ranges: the arithmetic that runtimes do in integers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from edge.encoder import EncoderVariant
from quantize.calibration import calibrate, prepared_encoder
from quantize.embedding import quantize_embeddings
from quantize.recipe import find_recipe
from quantize.static_linear import StaticLinear, quantize_linears, rounded
from quantize.static_plan import LinearRanges, Range, StaticPlan

RANGES = LinearRanges(Range(-3.0, 4.0), Range(-2.5, 1.5))


def linear(inputs=32, outputs=24, seed=0):
    """Return a float layer with seeded values."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Linear(inputs, outputs).requires_grad_(False)


def rows(count, columns=32, seed=1):
    return torch.randn(count, columns, generator=torch.Generator().manual_seed(seed))


def to_integers(values, carried):
    scale, zero_point = carried.scale_and_zero_point()
    return np.clip(np.rint(values / scale) + zero_point, -128, 127).astype(np.int64)


def integer_product(static, hidden):
    """Return the layer's int8 output as an integer kernel computes it: sums in integers, one rounding at the end."""
    scale, zero_point = static.ranges.input.scale_and_zero_point()
    sums = (to_integers(hidden.double().numpy(), static.ranges.input) - zero_point) @ static.values.numpy().T.astype(
        np.int64
    )
    return to_integers(
        sums * (scale * static.scales.double().numpy()) + static.bias.double().numpy(), static.ranges.output
    )


@given(st.integers(0, 1000), st.floats(0.1, 8), st.floats(0, 8), st.floats(0.1, 8))
def test_equals_integer_arithmetic(seed, span, low, high):
    ranges = LinearRanges(Range(-span, span), Range(-low, high))
    static = StaticLinear(linear(seed=seed), ranges)
    hidden = rows(16, seed=seed + 1)
    step, zero_point = ranges.output.scale_and_zero_point()

    off = static(hidden).double().numpy() - (integer_product(static, hidden) - zero_point) * step

    steps = np.rint(off / step)
    assert np.abs(off - steps * step).max() < 1e-4 * step
    # Only what lies halfway between two steps may fall to the other one: sums are floats here.
    assert np.abs(steps).max() <= 1
    assert (steps != 0).mean() < 0.01


def test_input_outside_of_the_range_saturates():
    static = StaticLinear(linear(), RANGES)
    signs = rows(4).sign()

    at_the_end = torch.where(signs > 0, RANGES.input.high, RANGES.input.low)
    assert torch.equal(static(signs * 1e6), static(at_the_end))


@pytest.mark.parametrize(("sign", "end"), [(1, RANGES.output.high), (-1, RANGES.output.low)])
def test_output_outside_of_the_range_saturates(sign, end):
    layer = linear()
    layer.bias.fill_(sign * 100.0)
    step, _ = RANGES.output.scale_and_zero_point()

    found = StaticLinear(layer, RANGES)(rows(4))

    assert (found - end).abs().max() <= step / 2


def test_rows_do_not_depend_on_each_other():
    static = StaticLinear(linear(), RANGES)
    texts, padding = rows(3), 1e6 * rows(5, seed=2)

    torch.testing.assert_close(static(torch.cat([texts, padding]))[:3], static(texts), rtol=0, atol=1e-6)


@given(st.floats(0, 1e4), st.floats(1e-3, 1e4), st.integers(0, 1000))
def test_rounding_inside_the_range_is_at_most_half_a_step_off(low, high, seed):
    carried = Range(-low, high)
    step, _ = carried.scale_and_zero_point()
    values = torch.rand(100, generator=torch.Generator().manual_seed(seed)) * (low + high) - low

    assert (rounded(values, carried) - values).abs().max() <= step / 2 * 1.001


def test_zero_stays_zero():
    assert rounded(torch.zeros(1), Range(-0.3, 1.7)).item() == 0.0


def test_weights_are_stored_in_int8():
    stored = StaticLinear(linear(), RANGES).state_dict()

    assert (stored["values"].dtype, stored["scales"].shape) == (torch.int8, (24,))


def test_layers_of_the_plan_are_replaced_and_others_stay_float():
    model = nn.Sequential(linear(32, 32), nn.GELU(), nn.Sequential(linear(32, 8), linear(8, 8)))

    quantize_linears(model, StaticPlan({"0": RANGES, "2.1": RANGES}, {}))

    assert [type(model[0]), type(model[2][0]), type(model[2][1])] == [StaticLinear, nn.Linear, StaticLinear]
    assert model(rows(2)).shape == (2, 8)


@pytest.fixture(scope="module")
def simulation(checkpoint_of, examples_of):
    """Return the whole int8 model, for 128 tokens."""
    checkpoint = checkpoint_of("token-classification", max_length=128)
    plan = calibrate(checkpoint, find_recipe("int8-static").static, examples_of(checkpoint))
    encoder = prepared_encoder(checkpoint, 128, EncoderVariant(), plan)
    quantize_linears(encoder, plan)
    quantize_embeddings(encoder)
    return encoder


@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_padding_does_not_leak_into_a_short_text(simulation, seed):
    text = torch.tensor([[2, 60, 3]], dtype=torch.int32)
    mask = torch.tensor([[1] * 3 + [0] * 125], dtype=torch.int32)
    anything = torch.randint(0, 150, (1, 125), generator=torch.Generator().manual_seed(seed), dtype=torch.int32)

    with torch.inference_mode():
        (zeros,) = simulation(torch.cat([text, torch.zeros_like(anything)], dim=1), mask)
        (others,) = simulation(torch.cat([text, anything], dim=1), mask)

    assert torch.equal(zeros[:, :3], others[:, :3])
