"""Linear layers with int8 weights whose input is quantized while it runs."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from quantize.dynamic_linear import DynamicLinear, quantize_linears


def linear(inputs=64, outputs=32, seed=0):
    """Return a float layer with seeded values."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Linear(inputs, outputs).requires_grad_(False)


def rows(count, seed=1):
    return torch.randn(count, 64, generator=torch.Generator().manual_seed(seed))


def decibels(reference, found):
    return float(10 * torch.log10(reference.square().sum() / (reference - found).square().sum()))


@given(st.integers(0, 1000))
def test_close_to_the_float_layer(seed):
    layer = linear(seed=seed)
    hidden = rows(8, seed)

    assert decibels(layer(hidden), DynamicLinear(layer)(hidden)) > 35


@given(st.integers(0, 1000), st.floats(1e-3, 1e6))
def test_rows_do_not_depend_on_each_other(seed, magnitude):
    quantized = DynamicLinear(linear())
    texts = rows(3, seed)
    padding = magnitude * rows(5, seed + 1)

    torch.testing.assert_close(quantized(torch.cat([texts, padding]))[:3], quantized(texts), rtol=1e-5, atol=1e-5)


def test_row_of_zeros_gives_the_bias():
    layer = linear()

    torch.testing.assert_close(DynamicLinear(layer)(torch.zeros(1, 64))[0], layer.bias)


def test_row_of_one_sign_is_close_too():
    layer = linear()
    hidden = rows(8).abs() + 3

    assert decibels(layer(hidden), DynamicLinear(layer)(hidden)) > 35


def test_weights_are_stored_in_int8():
    stored = DynamicLinear(linear()).state_dict()

    assert (stored["values"].dtype, stored["scales"].shape) == (torch.int8, (32,))


def test_every_linear_layer_of_a_model_is_replaced():
    model = nn.Sequential(linear(64, 64), nn.GELU(), nn.Sequential(linear(64, 8)))

    quantize_linears(model)

    assert not any(isinstance(module, nn.Linear) for module in model.modules())
    assert model(rows(2)).shape == (2, 8)
