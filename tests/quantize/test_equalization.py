"""Equalization: scales move between activations and weights, and the float model stays the same."""

from dataclasses import replace

import pytest
import torch

from edge.encoder import Encoder, EncoderVariant
from edge.tasks import TASKS
from quantize.calibration import calibrate, run_examples
from quantize.equalization import choose_scales, column_magnitudes, equalize, equalized_channels
from quantize.recipe import StaticOptions

LENGTH = 16
GROUPS = {"1": (1,) * 6, "4": (4,) * 6, "usual": (4, 4, 4, 1, 4, 4), "mixed": (2, 4, 1, 2, 4, 1)}


def options(equalization=0.6):
    return StaticOptions("min-max", "min-max", equalization, outliers=0.0, keep_float=())


def encoder_of(checkpoint):
    return Encoder(checkpoint, LENGTH, EncoderVariant())


def with_weight(checkpoint, name, change):
    """Return the checkpoint with one tensor changed by `change`, in place on a copy."""
    tensor = checkpoint.weights[name].clone()
    change(tensor)
    return replace(checkpoint, weights={**checkpoint.weights, name: tensor})


def equalized(checkpoint, examples, strength=0.6):
    encoder = encoder_of(checkpoint)
    equalize(encoder, calibrate(checkpoint, options(strength), examples).equalization)
    return encoder


def magnitudes(encoder, examples):
    """Return the largest absolute value of each channel of what is scaled, and of what is added to it."""
    found = {}

    def observer(name):
        def observe(module, inputs, output):
            largest = output.abs().amax(dim=0)
            found[name] = torch.maximum(found.get(name, largest), largest)

        return observe

    modules = dict(encoder.named_modules())
    # A feed-forward part's result is that of its output layer, whose groups it runs one by one.
    runs = {name.removesuffix(".output") if "feed_forward" in name else name: name for name in modules}
    names = {name for channels in equalized_channels(encoder) for name in [channels.name]}
    parts = ("post_attention", "feed_forward.output", "attention.query", "attention.key")
    names |= {f"layers.{i}.{part}" for i in range(2) for part in parts}
    handles = [modules[run].register_forward_hook(observer(name)) for run, name in runs.items() if name in names]
    run_examples(encoder, examples)
    for handle in handles:
        handle.remove()
    return found


def assert_same_outputs(expected, found):
    for wanted, got in zip(expected, found, strict=True):
        for a, b in zip(wanted, got, strict=True):
            assert (a - b).abs().max() <= 1e-4 * a.abs().max()


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("strength", [0.3, 0.6, 1.0])
def test_outputs_stay_the_same_for_any_groups(checkpoint_of, examples_of, groups, strength):
    checkpoint = checkpoint_of(groups=groups)
    examples = examples_of(checkpoint)

    assert_same_outputs(
        run_examples(encoder_of(checkpoint), examples),
        run_examples(equalized(checkpoint, examples, strength), examples),
    )


@pytest.mark.parametrize("task", TASKS)
def test_outputs_stay_the_same_for_any_head(checkpoint_of, examples_of, task):
    checkpoint = checkpoint_of(task)
    examples = examples_of(checkpoint)

    assert_same_outputs(
        run_examples(encoder_of(checkpoint), examples), run_examples(equalized(checkpoint, examples), examples)
    )


def test_padded_outputs_stay_the_same(checkpoint_of, examples_of):
    checkpoint = checkpoint_of("token-classification")
    ids = torch.tensor([[2, 60, 90, 3] + [0] * 12], dtype=torch.int32)
    inputs = ids, (ids != 0).int()

    (expected,) = encoder_of(checkpoint)(*inputs)
    (found,) = equalized(checkpoint, examples_of(checkpoint))(*inputs)

    torch.testing.assert_close(found[:, :4], expected[:, :4], rtol=1e-4, atol=1e-5)


def test_a_channel_that_is_always_zero(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    for part in ("post_attention.layernorm.weight", "post_attention.layernorm.bias", "attention.value.weight"):
        checkpoint = with_weight(checkpoint, f"encoder.layers.0.{part}", lambda tensor: tensor[5].zero_())
    checkpoint = with_weight(checkpoint, "encoder.layers.0.attention.value.bias", lambda tensor: tensor[5].zero_())
    examples = examples_of(checkpoint)
    encoder = encoder_of(checkpoint)
    assert magnitudes(encoder, examples)["layers.0.attention_norm"][5] == 0
    assert magnitudes(encoder, examples)["layers.0.attention.value"][5] == 0

    assert_same_outputs(run_examples(encoder, examples), run_examples(equalized(checkpoint, examples), examples))


def test_an_input_channel_that_no_weight_reads(checkpoint_of, examples_of):
    checkpoint = with_weight(
        checkpoint_of(), "encoder.layers.0.post_attention.conv1d.weight", lambda tensor: tensor[:, 3].zero_()
    )
    examples = examples_of(checkpoint)

    assert_same_outputs(
        run_examples(encoder_of(checkpoint), examples), run_examples(equalized(checkpoint, examples), examples)
    )


@pytest.mark.parametrize("norm", ["post_attention.layernorm", "output.layernorm"])
def test_an_outlier_channel_comes_closer_to_the_others(checkpoint_of, examples_of, norm):
    name = {"post_attention.layernorm": "attention_norm", "output.layernorm": "output_norm"}[norm]
    checkpoint = with_weight(checkpoint_of(), f"encoder.layers.0.{norm}.weight", lambda tensor: tensor[9].mul_(40))
    examples = examples_of(checkpoint)

    before = magnitudes(encoder_of(checkpoint), examples)[f"layers.0.{name}"]
    after = magnitudes(equalized(checkpoint, examples), examples)[f"layers.0.{name}"]

    assert before.argmax() == 9
    assert after.max() / after.median() < 0.5 * before.max() / before.median()


def test_strength_1_makes_all_channels_of_a_context_equal(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    examples = examples_of(checkpoint)

    found = magnitudes(equalized(checkpoint, examples, 1.0), examples)["layers.0.attention.value"]

    torch.testing.assert_close(found, found.mean().expand_as(found), rtol=1e-4, atol=0)


def test_strength_0_makes_all_columns_that_read_a_tensor_equal(checkpoint_of, examples_of):
    encoder = encoder_of(checkpoint_of())
    scales = choose_scales(encoder, magnitudes(encoder, examples_of(checkpoint_of())), 0.0)

    found = column_magnitudes(encoder.layers[0].post_attention) * torch.tensor(scales["layers.0.attention.value"])

    torch.testing.assert_close(found, found.mean().expand_as(found), rtol=1e-4, atol=0)


def test_calibration_with_strength_0_leaves_the_model_as_it_is(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    assert calibrate(checkpoint, options(0.0), examples_of(checkpoint)).equalization == {}


def test_heads_read_vectors_that_are_not_scaled(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    assert calibrate(checkpoint, options(), examples_of(checkpoint)).equalization.keys() == {
        "embeddings.layer_norm",
        "layers.0.attention.key",
        "layers.0.attention.value",
        "layers.0.attention_norm",
        "layers.0.output_norm",
        "layers.1.attention.key",
        "layers.1.attention.value",
        "layers.1.attention_norm",
    }


def test_scales_are_1_in_the_geometric_mean(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    for name, scales in calibrate(checkpoint, options(), examples_of(checkpoint)).equalization.items():
        assert torch.tensor(scales).log().mean().abs() < 1e-4 or ".attention." in name


def test_queries_keys_and_values_reach_the_same_magnitude(checkpoint_of, examples_of):
    checkpoint = with_weight(checkpoint_of(), "encoder.layers.0.attention.key.weight", lambda tensor: tensor.mul_(30))
    examples = examples_of(checkpoint)

    found = magnitudes(equalized(checkpoint, examples), examples)
    query, key, value = (found[f"layers.0.attention.{part}"] for part in ("query", "key", "value"))

    torch.testing.assert_close(query, key, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(value.max(), key.max(), rtol=1e-4, atol=1e-6)


def test_a_plan_may_scale_only_some(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()
    examples = examples_of(checkpoint)
    scales = calibrate(checkpoint, options(), examples).equalization
    encoder = encoder_of(checkpoint)

    equalize(encoder, {"layers.0.output_norm": scales["layers.0.output_norm"]})

    assert_same_outputs(run_examples(encoder_of(checkpoint), examples), run_examples(encoder, examples))
    assert encoder.layers[1].output_scale is None
