"""Outlier neurons: the few feed-forward neurons with the largest values get int8 ranges of their own.

After the activation a handful of neurons reaches values a hundred times those of the rest, and one range for all leaves
the rest a few steps. Equalization cannot help, since no scale passes through GELU. But the neurons between the two
layers of a feed-forward part are independent: moved into a second, small pair of layers beside the first, they change
nothing in float, and each pair has its own ranges (the grouping by range of arXiv 2109.12948, section 4, applied where
the layers can be split).
"""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from edge.encoder import Encoder
from edge.encoder.feed_forward import FeedForward, OutlierNeurons
from edge.encoder.grouped_linear import linear

# Kernels take channels in blocks of this many; a smaller pair would cost the same.
BLOCK = 16


def feed_forwards(encoder: Encoder) -> dict[str, FeedForward]:
    """Return the feed-forward parts that can be split, by name: those whose two layers have the same groups."""
    return {
        name: module
        for name, module in encoder.named_modules()
        if isinstance(module, FeedForward) and len(module.intermediate.groups) == len(module.output.groups)
    }


def choose_outliers(
    encoder: Encoder, magnitudes: Mapping[str, torch.Tensor], share: float
) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Return the neurons with the largest values: for each feed-forward part, those of each group, ascending.

    Parameters
    ----------
    magnitudes
        Largest absolute value of each neuron before the activation during calibration, shape (F,), by the name of
        the intermediate layer.
    share
        Share of the neurons, 0 to 1; rounded up to a `BLOCK`.
    """
    chosen = {}
    for name, part in feed_forwards(encoder).items():
        groups = magnitudes[f"{name}.intermediate"].chunk(len(part.intermediate.groups))
        count = -(-int(share * len(groups[0])) // BLOCK) * BLOCK
        if 0 < count < len(groups[0]):
            chosen[name] = tuple(tuple(sorted(group.topk(count).indices.tolist())) for group in groups)
    return chosen


def split_outliers(encoder: Encoder, outliers: Mapping[str, Sequence[Sequence[int]]]) -> None:
    """Move the neurons into `OutlierNeurons` beside their part's layers, in place; float outputs stay the same.

    Those of all groups share one pair of layers: its zeros cost less than a pair for each group.
    """
    parts = feed_forwards(encoder)
    for name, groups in outliers.items():
        part = parts[name]
        first_weights, first_biases, second_weights = [], [], []
        for index, neurons in enumerate(groups):
            first, second = part.intermediate.groups[index], part.output.groups[index]
            assert isinstance(first, nn.Linear)
            assert isinstance(second, nn.Linear)
            moved = torch.zeros(first.out_features, dtype=torch.bool)
            moved[list(neurons)] = True
            first_weights.append(first.weight[moved])
            first_biases.append(first.bias[moved])
            second_weights.append(second.weight[:, moved])
            part.intermediate.groups[index] = linear(first.weight[~moved], first.bias[~moved])
            part.output.groups[index] = linear(second.weight[:, ~moved], second.bias)
        outputs = torch.block_diag(*second_weights)
        part.outliers = OutlierNeurons(
            linear(torch.block_diag(*first_weights), torch.cat(first_biases)),
            linear(outputs, torch.zeros(len(outputs))),
            part.activation,
        )
