"""Layer normalisation over the channel axis of (1, C, 1, S)."""

import torch
from torch import nn

from edge.encoder.layer_norm import LayerNorm


class ChannelsFirstLayerNorm(nn.Module):
    """The same norm in steps; the native operator normalises last axes only.

    Parameters
    ----------
    norm
        Of rows.
    """

    def __init__(self, norm: LayerNorm) -> None:
        super().__init__()
        self.weight = nn.Parameter(norm.weight.detach().view(1, -1, 1, 1).clone(), requires_grad=False)
        self.bias = nn.Parameter(norm.bias.detach().view(1, -1, 1, 1).clone(), requires_grad=False)
        self.epsilon = norm.epsilon

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (1, C, 1, S) to (1, C, 1, S)."""
        centred = hidden - hidden.mean(dim=1, keepdim=True)
        variance = (centred * centred).mean(dim=1, keepdim=True)
        return centred * torch.rsqrt(variance + self.epsilon) * self.weight + self.bias
