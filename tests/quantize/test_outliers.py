"""Outlier neurons: a few neurons get layers of their own, and the float model stays the same."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from edge.encoder import Encoder, EncoderVariant
from edge.tasks import TASKS
from quantize.calibration import calibrate, run_examples
from quantize.outliers import BLOCK, choose_outliers, split_outliers
from quantize.recipe import StaticOptions

LENGTH = 16
PARTS = ("layers.0.feed_forward", "layers.1.feed_forward")
# Groups of the intermediate and the output layer.
EQUAL = {"1": (4, 4, 4, 1, 1, 1), "2": (1, 1, 1, 1, 2, 2), "4": (4, 4, 4, 1, 4, 4)}
DIFFERENT = {"4 and 1": (4, 4, 4, 1, 4, 1), "1 and 4": (4, 4, 4, 1, 1, 4), "4 and 2": (4, 4, 4, 1, 4, 2)}
NEURONS = 256


def encoder_of(checkpoint):
    return Encoder(checkpoint, LENGTH, EncoderVariant())


def options(outliers):
    return StaticOptions("min-max", "min-max", 0.0, outliers, keep_float=())


def magnitudes_with(large):
    """Return magnitudes of 1, and of 100 for the neurons in `large`."""
    magnitude = torch.ones(NEURONS)
    magnitude[list(large)] = 100
    return {f"{part}.intermediate": magnitude for part in PARTS}


def assert_same_outputs(checkpoint, outliers, examples):
    split = encoder_of(checkpoint)
    split_outliers(split, outliers)
    expected, found = run_examples(encoder_of(checkpoint), examples), run_examples(split, examples)
    for wanted, got in zip(expected, found, strict=True):
        for a, b in zip(wanted, got, strict=True):
            assert (a - b).abs().max() <= 1e-5 * a.abs().max()


@pytest.mark.parametrize("groups", EQUAL.values(), ids=EQUAL)
def test_outputs_stay_the_same_for_any_equal_groups(checkpoint_of, examples_of, groups):
    checkpoint = checkpoint_of(groups=groups)
    examples = examples_of(checkpoint)
    outliers = calibrate(checkpoint, options(0.1), examples).outliers
    assert outliers.keys() == set(PARTS)

    assert_same_outputs(checkpoint, outliers, examples)


@pytest.mark.parametrize("task", TASKS)
def test_outputs_stay_the_same_for_any_head(checkpoint_of, examples_of, task):
    checkpoint = checkpoint_of(task)
    examples = examples_of(checkpoint)

    assert_same_outputs(checkpoint, calibrate(checkpoint, options(0.1), examples).outliers, examples)


def test_any_neurons_may_be_moved(checkpoint_of, examples_of):
    checkpoint = checkpoint_of()

    assert_same_outputs(checkpoint, {PARTS[1]: ((0, 3), (63,), (5, 6, 7), (1,))}, examples_of(checkpoint))


def test_the_largest_neurons_of_each_group_are_chosen(checkpoint_of):
    # Neurons 64 to 127 are group 1; of those, 16 large ones.
    large = range(70, 102, 2)

    chosen = choose_outliers(encoder_of(checkpoint_of()), magnitudes_with(large), 0.1)

    assert chosen.keys() == set(PARTS)
    for groups in chosen.values():
        assert groups[1] == tuple(neuron - 64 for neuron in large)
        assert all(group == tuple(sorted(set(group))) for group in groups)


def test_moved_neurons_are_no_longer_in_their_groups_layers(checkpoint_of):
    encoder = encoder_of(checkpoint_of())
    before = encoder.layers[0].feed_forward.intermediate.groups[2].weight.clone()
    neurons = tuple(range(10, 26))

    split_outliers(encoder, {PARTS[0]: (neurons,) * 4})

    part = encoder.layers[0].feed_forward
    # Group 2 has the third 16 neurons and the third 16 channels of the layers that the groups share.
    assert torch.equal(part.outliers.intermediate.weight[32:48, 32:48], before[10:26])
    assert part.outliers.intermediate.weight[32:48].count_nonzero() == before[10:26].count_nonzero()
    assert torch.equal(part.intermediate.groups[2].weight, torch.cat([before[:10], before[26:]]))
    assert part.output.groups[2].weight.shape == (16, 64 - 16)
    assert part.outliers.output.weight.shape == (64, 64)
    assert encoder.layers[1].feed_forward.outliers is None


@pytest.mark.parametrize("groups", DIFFERENT.values(), ids=DIFFERENT)
def test_a_part_whose_layers_have_different_groups_is_left_alone(checkpoint_of, groups):
    assert choose_outliers(encoder_of(checkpoint_of(groups=groups)), magnitudes_with([3]), 0.1) == {}


@given(share=st.floats(0, 1), groups=st.sampled_from(sorted(EQUAL)))
def test_a_whole_number_of_blocks_or_none(checkpoint_of, share, groups):
    chosen = choose_outliers(encoder_of(checkpoint_of(groups=EQUAL[groups])), magnitudes_with([3]), share)

    in_group = NEURONS // int(groups)
    for parts in chosen.values():
        counts = {len(part) for part in parts}
        assert len(counts) == 1
        (count,) = counts
        assert count % BLOCK == 0
        assert int(share * in_group) <= count < in_group


@pytest.mark.parametrize("share", [0.0, 0.001, 1.0])
def test_no_neuron_or_all_of_them_need_no_layers_of_their_own(checkpoint_of, share):
    assert choose_outliers(encoder_of(checkpoint_of()), magnitudes_with([3]), share) == {}
