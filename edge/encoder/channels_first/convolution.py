"""Position-wise layers as 1x1 convolutions over (1, C, 1, S), their groups as they were trained."""

import torch
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear


def convolution(layer: nn.Linear | GroupedLinear) -> nn.Conv2d:
    """Return `layer` as a 1x1 convolution: weight (out, in / groups, 1, 1), bias (out,), float32."""
    parts = [part for part in layer.modules() if isinstance(part, nn.Linear)]
    weight = torch.cat([part.weight for part in parts])[:, :, None, None]
    made = nn.Conv2d(weight.shape[1] * len(parts), weight.shape[0], kernel_size=1, groups=len(parts))
    made.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
    made.bias = nn.Parameter(torch.cat([part.bias for part in parts]).detach().clone(), requires_grad=False)
    return made
