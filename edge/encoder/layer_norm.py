"""Layer normalisation over the channels, in the form that the backend family wants."""

import torch
import torch.nn.functional as F
from torch import nn

from edge.encoder.variant import EncoderVariant


class LayerNorm(nn.Module):
    """Layer norm of each row of an (S, H) tensor.

    Parameters
    ----------
    weight, bias
        Shape (H,), float32.
    epsilon
        Added to the variance.
    variant
        Chooses the native operator or its decomposition.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, epsilon: float, variant: EncoderVariant) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
        self.bias = nn.Parameter(bias.detach().clone(), requires_grad=False)
        self.epsilon = max(epsilon, variant.minimum_epsilon)
        self.decomposed = variant.layer_norm == "decomposed"

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to (S, H)."""
        if not self.decomposed:
            return F.layer_norm(hidden, self.weight.shape, self.weight, self.bias, self.epsilon)
        # XNNPACK's partitioner takes mean.dim only on 4-D tensors over dimensions 2 and 3.
        rows, channels = hidden.shape
        image = hidden.view(1, rows, channels, 1)
        centred = image - image.mean([2, 3], keepdim=True)
        variance = (centred * centred).mean([2, 3], keepdim=True)
        normalised = (centred * torch.rsqrt(variance + self.epsilon)).view(rows, channels)
        return normalised * self.weight + self.bias
