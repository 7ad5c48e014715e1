"""The encoder over (1, C, 1, S) computes what the one over rows does, with the operations of the Neural Engine."""

import pytest
import torch
from torch import nn

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.channels_first import ChannelsFirstEncoder, convolution_names
from edge.tasks import TASKS
from quantize.calibration import prepared_encoder
from tests.checkpoints import save_bert, save_squeezebert
from tests.plans import static_plan

LENGTH = 16
GROUPS = {"dense": (1, 1, 1, 1, 1, 1), "four": (4, 4, 4, 1, 4, 4), "mixed": (1, 2, 4, 2, 4, 2)}


def example(encoder):
    """Return a pair of texts of 11 tokens, and padding."""
    generator = torch.Generator().manual_seed(0)
    columns = {
        "input_ids": torch.randint(5, 150, (1, LENGTH), generator=generator),
        "attention_mask": torch.tensor([[1] * 11 + [0] * 5]),
        "token_type_ids": torch.tensor([[0] * 6 + [1] * 5 + [0] * 5]),
    }
    return [columns[name].to(torch.int32) for name in encoder.input_names]


def parity(rows, channels):
    """Return the worst output's signal-to-noise ratio in decibels."""
    with torch.no_grad():
        pairs = list(zip(rows(*example(rows)), channels(*example(rows)), strict=True))
    return min(20 * torch.log10(expected.norm() / (found - expected).norm()).item() for expected, found in pairs)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_computes_the_same(tmp_path, task):
    rows = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model", task=task)), LENGTH, EncoderVariant())

    assert parity(rows, ChannelsFirstEncoder(rows)) > 100


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_all_groups_compute_the_same(tmp_path, groups):
    rows = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model", groups=groups)), LENGTH, EncoderVariant())

    assert parity(rows, ChannelsFirstEncoder(rows)) > 100


def test_a_bert_computes_the_same(tmp_path):
    rows = Encoder(load_checkpoint(save_bert(tmp_path / "model")), LENGTH, EncoderVariant())

    assert parity(rows, ChannelsFirstEncoder(rows)) > 100


def test_equalization_and_outlier_neurons_are_taken_over(tmp_path):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", hidden_size=64, heads=8))
    plan = static_plan(checkpoint, LENGTH)
    rows = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)
    channels = ChannelsFirstEncoder(rows)

    assert plan.equalization
    assert plan.outliers
    assert channels.layers[0].feed_forward.outliers is not None
    assert parity(rows, channels) > 100


def test_groups_stay_groups_of_one_convolution(tmp_path):
    rows = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model")), LENGTH, EncoderVariant())
    convolutions = {
        name: module for name, module in ChannelsFirstEncoder(rows).named_modules() if isinstance(module, nn.Conv2d)
    }

    assert convolutions.keys() == convolution_names(rows).keys()
    for name, parts in convolution_names(rows).items():
        assert convolutions[name].kernel_size == (1, 1)
        assert convolutions[name].groups == len(parts)
        assert torch.equal(
            convolutions[name].weight[:, :, 0, 0], torch.cat([rows.get_submodule(part).weight for part in parts])
        )


def test_hidden_states_keep_four_axes_with_the_channels_first(tmp_path):
    rows = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model")), LENGTH, EncoderVariant())
    channels = ChannelsFirstEncoder(rows)
    shapes = []
    for layer in channels.layers:
        layer.register_forward_hook(lambda module, inputs, output: shapes.append(tuple(output.shape)))
    with torch.no_grad():
        channels(*example(rows))

    assert shapes == [(1, rows.embeddings.position.shape[1], 1, LENGTH)] * len(channels.layers)
