"""A grouped 1x1 convolution, written as one linear layer for each group."""

import torch
from torch import nn


class GroupedLinear(nn.Module):
    """Position-wise layer whose output group g depends on input group g only.

    A 1x1 convolution over a sequence is a linear layer at each position, and a grouped one is several smaller linear
    layers side by side. Runtimes have fast int8 kernels for linear layers and slow or wrong ones for grouped
    convolutions (tensorflow#61760), so each group is a linear layer of its own.

    Parameters
    ----------
    weight
        Weight of the convolution, shape (out, in / groups, 1), float32.
    bias
        Shape (out,), float32.
    groups
        Number of groups; divides both channel counts.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, groups: int) -> None:
        super().__init__()
        self.group_channels = weight.shape[1]
        self.groups = nn.ModuleList(
            linear(group_weight, group_bias)
            for group_weight, group_bias in zip(weight.squeeze(-1).chunk(groups), bias.chunk(groups), strict=True)
        )

    def group_input(self, hidden: torch.Tensor, group: int) -> torch.Tensor:
        """Return the columns of `hidden`, shape (S, in), that group number `group` reads."""
        if len(self.groups) == 1:
            return hidden
        return hidden[:, group * self.group_channels : (group + 1) * self.group_channels]

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, in) to (S, out)."""
        if len(self.groups) == 1:
            return self.groups[0](hidden)
        return torch.cat([layer(self.group_input(hidden, g)) for g, layer in enumerate(self.groups)], dim=-1)


def linear(weight: torch.Tensor, bias: torch.Tensor) -> nn.Linear:
    """Return a linear layer with these values: weight (out, in), bias (out,), float32."""
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
    layer.bias = nn.Parameter(bias.detach().clone(), requires_grad=False)
    return layer
